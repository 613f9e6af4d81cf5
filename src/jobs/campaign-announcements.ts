import type pg from "pg";
import { noteAnnouncement } from "../campaigns/announcements-store.ts";
import { isoTextOrNull } from "../core/iso-text.ts";
import { inProgram } from "../db/transaction.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import type { ProgramRegistry } from "../programs/registry.ts";
import type { UpcomingStart } from "../rules/upcoming.ts";
import type { Job } from "./job.ts";

/** Writes an event of the program for each start of a rule that is to be announced, once for rule and start. */
export function campaignAnnouncementsJob({ pool, registry }: { pool: pg.Pool; registry: ProgramRegistry }): Job {
  const announce = (programId: number, { rule, label, startsAt, until }: UpcomingStart, now: Date): Promise<boolean> =>
    inProgram(pool, programId, async (tx) => {
      const start = new Date(startsAt);
      if (!(await noteAnnouncement(tx, programId, { rule, startsAt: start, announcedAt: now }))) return false;
      const data = { rule, label, startsAt: start.toISOString(), until: isoTextOrNull(until) };
      await insertProgramEvent(tx, programId, { type: "campaign.upcoming", data, occurredAt: now });
      return true;
    });

  return {
    name: "campaign-announcements",
    async run({ program: { programId }, now, signal }) {
      let done = 0;
      for (const start of (await registry.current(programId)).upcoming(now)) {
        if (signal.aborted) break;
        if (await announce(programId, start, now)) done += 1;
      }
      // A start may be published after the day on which it would have been announced: no lateness can be told from it.
      return { done, lagSeconds: 0 };
    },
  };
}
