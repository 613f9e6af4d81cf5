import { LoyaltyError } from "../core/errors.ts";
import type { EpochDay } from "../core/period.ts";
import { periodRange } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { WindowKey } from "./qualification.ts";
import { type ActivityDay, activityKey, type WindowSums } from "./window-state.ts";

/** Adds to a metric on a day (a return: below 0). The running sums follow where the day lies in their window. */
export function recordActivity(draft: MemberDraft, windows: readonly WindowKey[], day: EpochDay, metric: string, amount: number): void {
  if (amount === 0) return;
  const key = activityKey(day, metric);
  const row = draft.activity.edit(key) ?? draft.activity.set(key, { day, metric, amount: 0, added: 0 });
  row.amount += amount;
  row.added += amount;
  if (draft.windows === null) return;
  for (const { key: windowKey, metric: windowMetric, window } of windows) {
    if (windowMetric !== metric) continue;
    const { from, to } = periodRange(draft.windows.day, window);
    if (day < from || day >= to) continue;
    const sum = (draft.windows.sums[windowKey] ?? 0) + amount;
    if (!Number.isSafeInteger(sum)) throw new LoyaltyError("amount_out_of_range", { metric });
    draft.windows.sums[windowKey] = sum;
  }
}

function sumOver(draft: MemberDraft, metric: string, from: EpochDay, to: EpochDay): number {
  let sum = 0;
  for (const row of draft.activity.values()) if (row.metric === metric && row.day >= from && row.day < to) sum += row.amount;
  return sum;
}

/**
 * Moves the running sums forward to `day`: what leaves a window is subtracted, and a calendar window that begins anew
 * begins with nothing. Needs the activity of the days that leave (see engine/load). A day that is not later changes nothing.
 */
export function rollWindows(draft: MemberDraft, windows: readonly WindowKey[], day: EpochDay): void {
  if (draft.windows === null) {
    draft.windows = sumWindows(draft.activity.values(), windows, day);
    return;
  }
  const former = draft.windows;
  if (day <= former.day) return;
  const sums = { ...former.sums };
  for (const { key, metric, window } of windows) {
    const before = periodRange(former.day, window);
    const after = periodRange(day, window);
    const leaving = after.from >= before.to ? (sums[key] ?? 0) : sumOver(draft, metric, before.from, Math.max(before.from, after.from));
    sums[key] = (sums[key] ?? 0) - leaving;
  }
  draft.windows = { day, sums };
}

function sumInWindow(draft: MemberDraft, metric: string, window: string, day: EpochDay): number {
  const { from } = periodRange(day, window);
  return sumOver(draft, metric, from, day + 1);
}

/**
 * Sums of all windows as of `day`. On the day of the running sums or after it they are rolled forward and stand as
 * they are; for an earlier day (an order that comes late) they are summed from the loaded activity, and a lifetime sum
 * leaves out what came later.
 */
export function windowSumsAt(draft: MemberDraft, windows: readonly WindowKey[], day: EpochDay): Record<string, number> {
  const running = draft.windows;
  if (running === null || day >= running.day) {
    rollWindows(draft, windows, day);
    return draft.windows?.sums ?? {};
  }
  return Object.fromEntries(
    windows.map(({ key, metric, window }) => [
      key,
      window === "lifetime"
        ? (running.sums[key] ?? 0) - sumOver(draft, metric, day + 1, running.day + 1)
        : sumInWindow(draft, metric, window, day),
    ]),
  );
}

export type SumsRead = {
  /** What the conditions of the deciding rule set read. */
  read: readonly WindowKey[];
  /** What is kept running: of the rule set in force, which is another one where a quote has fixed the deciding one. */
  running: readonly WindowKey[];
};

/**
 * The sums that conditions read, as of a local day: what the member did before. A sum that is not kept running needs
 * the whole activity (see engine/load).
 */
export function sumsBefore(draft: MemberDraft, { read, running }: SumsRead, day: EpochDay): Record<string, number> {
  if (read.length === 0) return {};
  const known = windowSumsAt(draft, running, day);
  const keys = new Set(running.map(({ key }) => key));
  const others = read.filter(({ key }) => !keys.has(key));
  const summed = others.length === 0 ? {} : sumWindows(draft.activity.values(), others, day).sums;
  return Object.fromEntries(read.map(({ key }) => [key, known[key] ?? summed[key] ?? 0]));
}

const CALENDAR_SPANS: Record<string, number> = { lifetime: 0, month: 31, quarter: 92, year: 366 };

/** How many days a window reaches back at most, its own day included; 0 for lifetime, which is never summed anew. */
export function windowSpanDays(window: string): number {
  return CALENDAR_SPANS[window] ?? Number.parseInt(window, 10);
}

/** The running sums of a member under another rule set than that of the stored ones, from all their activity. */
export function sumWindows(activity: Iterable<ActivityDay>, windows: readonly WindowKey[], day: EpochDay): WindowSums {
  const rows = [...activity];
  const sums = windows.map(({ key, metric, window }) => {
    const { from } = periodRange(day, window);
    const inWindow = rows.filter((row) => row.metric === metric && row.day >= from && row.day <= day);
    return [key, inWindow.reduce((sum, { amount }) => sum + amount, 0)] as const;
  });
  return { day, sums: Object.fromEntries(sums) };
}
