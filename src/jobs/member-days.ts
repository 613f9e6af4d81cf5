import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { dayStart, dayToDate, type EpochDay, localDay } from "../core/period.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { NothingDue } from "../ledger/nothing-due.ts";
import { type DayAsked, type Place, pageOfDueMembers, type Stretch, stretchesOf } from "../member-days/due-members-store.ts";
import { dayDoneTo, forgetDays, setDayDoneTo } from "../member-days/runs-store.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { ProgramRegistry } from "../programs/registry.ts";
import { MEMBER_DAYS, type MemberDay } from "../rules/trigger.ts";
import type { Job, JobContext } from "./job.ts";
import { addSubmitted, NOTHING_SUBMITTED, type Submitted, submitAll, throwFailure } from "./submit-all.ts";

type Deps = { pool: pg.Pool; engine: Engine; registry: Pick<ProgramRegistry, "current"> };

/** Members of one page that are looked at: one query of a few milliseconds where all have had their day. */
const LOOKED_AT = 4096;
/** Commands that are submitted together: enough to fill two batches, few beside the queue that requests share. */
const SUBMITTED_TOGETHER = 256;

/**
 * Lets days of members set off rules, as each local day begins. The day that it is is gone through in every run, for who becomes due
 * while it lasts; one that is over once more after its end, and days on which nothing ran like that (docs/adr/0017-days-of-members.md).
 */
export function memberDaysJob(deps: Deps): Job {
  return {
    name: "member-days",
    async run(context) {
      const { programId } = context.program;
      const program = await deps.registry.current(programId);
      const asked = MEMBER_DAYS.filter((day) => isAskedFor(day, program.definition));
      const others = MEMBER_DAYS.filter((day) => !asked.includes(day));
      if (others.length > 0) await inProgram(deps.pool, programId, (tx) => forgetDays(tx, programId, others));
      let submitted = NOTHING_SUBMITTED;
      let lagSeconds = 0;
      for (const day of asked) {
        const run = await runDay(deps, context, program, day);
        submitted = addSubmitted(submitted, run);
        lagSeconds = Math.max(lagSeconds, run.lagSeconds);
      }
      throwFailure(submitted);
      return { done: submitted.done, lagSeconds };
    },
  };
}

/** Rules that are paused or drafts ask for nothing. */
const isAskedFor = (day: MemberDay, { rules }: ProgramDefinition): boolean =>
  rules.some(({ on, state = "active" }) => typeof on === "object" && on.day === day && state === "active");

/** Each local day from after the last one that is done. `lagSeconds` is how long a day has been over for which something was still to be done. */
async function runDay(
  deps: Deps,
  context: JobContext,
  program: CompiledProgram,
  day: MemberDay,
): Promise<Submitted & { lagSeconds: number }> {
  const { programId } = context.program;
  const { timeZone } = program.definition;
  const today = localDay(context.now, timeZone);
  const setDoneTo = (doneTo: EpochDay) => inProgram(deps.pool, programId, (tx) => setDayDoneTo(tx, programId, day, doneTo));
  const doneTo = await inProgram(deps.pool, programId, (tx) => dayDoneTo(tx, programId, day));
  if (doneTo === undefined) await setDoneTo(today - 1);

  let submitted = NOTHING_SUBMITTED;
  let lagSeconds = 0;
  for (let on = Math.min((doneTo ?? today) + 1, today); on <= today; on += 1) {
    const mayGive = program.memberDaysAt(dayStart(on, timeZone)).includes(day);
    const given = mayGive ? await goThrough(deps, context, { day, on, timeZone }) : NOTHING_SUBMITTED;
    if (context.signal.aborted) break;
    submitted = addSubmitted(submitted, given);
    if (on === today) break;
    const overSeconds = (context.now.getTime() - dayStart(on + 1, timeZone).getTime()) / 1000;
    if (given.done > 0) lagSeconds = Math.max(lagSeconds, overSeconds);
    // A day on which a command failed is gone through again, and so are those after it.
    if (submitted.failed === 0) await setDoneTo(on);
  }
  return { ...submitted, lagSeconds };
}

async function goThrough(deps: Deps, context: JobContext, asked: DayAsked): Promise<Submitted> {
  const { programId } = context.program;
  const stretches = await inProgram(deps.pool, programId, (tx) => stretchesOf(tx, programId, asked));
  let submitted = NOTHING_SUBMITTED;
  for (const stretch of stretches) submitted = addSubmitted(submitted, await goAlong(deps, context, asked, stretch));
  return submitted;
}

/** Pages only move forward, so a member whose command fails does not hold up the others. */
async function goAlong({ pool, engine }: Deps, { program, signal }: JobContext, asked: DayAsked, stretch: Stretch): Promise<Submitted> {
  const { programId } = program;
  const { day } = asked;
  const on = dayToDate(asked.on);
  let submitted = NOTHING_SUBMITTED;
  let after: Place | null | undefined;
  while (after !== null && !signal.aborted) {
    const at = { stretch, after, limit: LOOKED_AT };
    const { memberIds, next } = await inProgram(pool, programId, (tx) => pageOfDueMembers(tx, programId, asked, at));
    for (let from = 0; from < memberIds.length && !signal.aborted; from += SUBMITTED_TOGETHER) {
      const together = memberIds.slice(from, from + SUBMITTED_TOGETHER);
      const commands = together.map((memberId) => ({ kind: "record_day", memberId, day, on }) as const);
      submitted = addSubmitted(submitted, await submitAll(engine, program, commands, isPassedOver));
    }
    after = next;
  }
  return submitted;
}

/** The member has had the day, or is active no longer, since the page was read. */
const isPassedOver = (error: unknown): boolean =>
  error instanceof NothingDue || (error instanceof LoyaltyError && error.code === "member_not_active");
