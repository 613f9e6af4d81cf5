import type { InputProblem } from "../core/errors.ts";
import type { ProgramDefinition } from "./definition.ts";

/** Announcements of what never starts, or starts at another time for each member. */
export function* announcementProblems({ rules }: Pick<ProgramDefinition, "rules">): Generator<InputProblem> {
  for (const [index, { announce, from, schedule }] of rules.entries()) {
    if (announce === undefined) continue;
    const pointer = `/rules/${index}/announce`;
    if (from === undefined && schedule === undefined) {
      yield { pointer, code: "announce_without_start", detail: "the rule has neither `from` nor a schedule, so it never starts" };
    } else if (schedule?.birthday !== undefined || schedule?.daysAfterJoining !== undefined) {
      yield {
        pointer,
        code: "announce_of_member",
        detail: "the schedule looks at the member, so the rule starts at another time for each",
      };
    }
  }
}
