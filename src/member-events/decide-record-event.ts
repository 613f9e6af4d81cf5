import { LoyaltyError, refuseField } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { enrol, requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { RecordEvent } from "./commands.ts";
import type { EventView } from "./event.ts";
import { recordEvent } from "./record-event.ts";

/** Errors: event_type_unknown; event_data_invalid at each place in the data that its type does not take. */
function checkEvent({ type, data }: RecordEvent, { events }: CompiledProgram): void {
  const check = events.get(type);
  if (check === undefined) throw refuseField("event_type_unknown", "/type", `the program declares no event "${type}"`, { type });
  const problems = check(data).map((problem) => ({ ...problem, pointer: `/data${problem.pointer}` }));
  if (problems.length > 0) throw new LoyaltyError("event_data_invalid", { type }, problems);
}

/**
 * Records an event of a member and what the rules on its type give; an unknown one is enrolled where the program says so.
 * Errors: member_not_found, member_not_active, occurred_in_future, event_type_unknown, event_data_invalid,
 *         amount_out_of_range; nothing changes.
 */
export function decideRecordEvent(draft: MemberDraft, command: RecordEvent, context: CommandContext): EventView {
  const { program, now } = context;
  const { eventId: id, type, data } = command;
  const occurredAt = occurredAtOf(command.occurredAt, now);
  checkEvent(command, program);
  if (draft.status === "placeholder" && program.definition.autoEnroll) enrol(draft, program, occurredAt);
  requireActive(draft);
  return recordEvent(draft, { id, type, data, occurredAt }, context);
}
