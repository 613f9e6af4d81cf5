import type { EpochDay } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { markMonth, ORDER_MONTHS } from "./order-months.ts";
import type { ActivityDay } from "./window-state.ts";
import { recordActivity, rollWindows } from "./windows.ts";

/**
 * What one member did on these days counts for another from now on. Months are marked anew for both: a month in which both had an
 * order is one. Needs the whole activity of both; `today` is the program's local day.
 * Errors: amount_out_of_range.
 */
export function moveActivity(
  from: MemberDraft,
  to: MemberDraft,
  days: readonly Pick<ActivityDay, "day" | "metric" | "amount">[],
  program: CompiledProgram,
  today: EpochDay,
): void {
  if (days.length === 0) return;
  const { windows } = program;
  for (const draft of [from, to]) rollWindows(draft, windows, today);
  for (const { day, metric, amount } of days) {
    if (metric === ORDER_MONTHS) continue;
    recordActivity(from, windows, day, metric, -amount);
    recordActivity(to, windows, day, metric, amount);
  }
  for (const { day, metric } of days) if (metric === ORDER_MONTHS) for (const draft of [from, to]) markMonth(draft, program, day);
}
