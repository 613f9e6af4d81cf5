import { addToDay, type EpochDay, parsePeriod } from "../core/period.ts";

/** Points that expire on the days `from` to `to`, both included, are told of by this notice. */
export type NoticeSpan = { notice: string; from: EpochDay; to: EpochDay };

/**
 * What is to be told on a day. Each notice looks as far ahead as it says and no nearer than the next shorter one, so that who is told
 * late is told once; `toldTo` is how far each was told before, and what it has told of is not told again.
 */
export function noticeSpans(notices: readonly string[], today: EpochDay, toldTo: ReadonlyMap<string, EpochDay>): NoticeSpan[] {
  const ahead = notices.map((notice) => ({ notice, to: addToDay(today, parsePeriod(notice)) })).sort((a, b) => a.to - b.to);
  const spans: NoticeSpan[] = [];
  let nearest = today;
  for (const { notice, to } of ahead) {
    const from = Math.max(nearest, (toldTo.get(notice) ?? nearest - 1) + 1);
    if (from <= to) spans.push({ notice, from, to });
    nearest = to + 1;
  }
  return spans;
}
