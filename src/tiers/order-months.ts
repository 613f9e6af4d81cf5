import { calendarRange, type EpochDay } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { type ActivityDay, activityKey } from "./window-state.ts";
import { recordActivity } from "./windows.ts";

/** Months with an order: 1 on the first day of each local month in which an order counts that was not wholly returned. */
export const ORDER_MONTHS = "order_months";

export const countsOrderMonths = ({ windows }: Pick<CompiledProgram, "windows">): boolean =>
  windows.some(({ metric }) => metric === ORDER_MONTHS);

/**
 * Counts orders on a local day, or takes them back (below 0). Where the program counts months with an order, the month is
 * marked with its first order and unmarked with its last return. Needs the month's activity.
 */
export function recordOrders(draft: MemberDraft, program: CompiledProgram, day: EpochDay, count: number): void {
  recordActivity(draft, program.windows, day, "orders", count);
  if (countsOrderMonths(program)) markMonth(draft, program, day);
}

/** Marks the month of a day exactly while an order of it counts. Needs the month's activity. */
export function markMonth(draft: MemberDraft, program: CompiledProgram, day: EpochDay): void {
  const month = calendarRange(day, "month");
  let orders = 0;
  for (const row of draft.activity.values()) {
    if (row.metric === "orders" && row.day >= month.from && row.day < month.to) orders += row.amount;
  }
  const marked = draft.activity.get(activityKey(month.from, ORDER_MONTHS))?.amount ?? 0;
  recordActivity(draft, program.windows, month.from, ORDER_MONTHS, (orders > 0 ? 1 : 0) - marked);
}

/** Marks the months of all of a member's activity, for a program that has not counted them before. Changes the map. */
export function markOrderMonths(activity: Map<string, ActivityDay>): void {
  const orders = new Map<EpochDay, number>();
  for (const { day, metric, amount } of activity.values()) {
    const { from } = calendarRange(day, "month");
    if (metric === "orders") orders.set(from, (orders.get(from) ?? 0) + amount);
  }
  for (const [day, count] of orders) {
    const key = activityKey(day, ORDER_MONTHS);
    const row = activity.get(key) ?? { day, metric: ORDER_MONTHS, amount: 0, added: 0 };
    const missing = (count > 0 ? 1 : 0) - row.amount;
    if (missing !== 0) activity.set(key, { ...row, amount: row.amount + missing, added: row.added + missing });
  }
}
