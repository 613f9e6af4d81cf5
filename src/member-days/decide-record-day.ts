import { calendarDay } from "../core/calendar-day.ts";
import { dateToDay, dayStart, localDay } from "../core/period.ts";
import { NothingDue } from "../ledger/nothing-due.ts";
import type { EventView } from "../member-events/event.ts";
import { recordEvent } from "../member-events/record-event.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import { fallsOn } from "../rules/member-days.ts";
import { eventTypeOfDay } from "../rules/trigger.ts";
import type { RecordDay } from "./commands.ts";
import { dayCounter, dayEventId } from "./day-id.ts";

/**
 * Records a day of a member as an event without data, and what the rules on it give, as of the beginning of that local day.
 * Errors: member_not_found, member_not_active, amount_out_of_range; NothingDue where it is not their day, has not begun, was before
 *         they joined, or they have had it in this calendar year. Nothing changes.
 * Source: docs/adr/0017-days-of-members.md.
 */
export function decideRecordDay(draft: MemberDraft, { day, on }: RecordDay, context: CommandContext): EventView {
  const { timeZone } = context.program.definition;
  requireActive(draft);
  const today = calendarDay(dateToDay(on));
  const begins = dayStart(today.day, timeZone);
  const enrolledAt = new Date(draft.enrolledAt);
  const counter = dayCounter(day, begins, timeZone);
  const { birthDate } = draft.profile ?? {};
  const isTheirs = fallsOn(day, today, { enrolledAt, ...(birthDate !== undefined && { birthDate }) }, timeZone);
  const isMember = localDay(enrolledAt, timeZone) <= today.day;
  if (!isTheirs || !isMember || begins.getTime() > context.now || draft.counters.used(counter) > 0) throw new NothingDue();

  draft.counters.take([{ ...counter, amount: 1 }]);
  const event = { id: dayEventId(draft.id, day, on), type: eventTypeOfDay(day), data: {}, occurredAt: begins.getTime() };
  return recordEvent(draft, event, context);
}
