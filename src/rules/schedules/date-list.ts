import { z } from "zod";
import { type DayRange, dateToDay, type EpochDay } from "../../core/period.ts";

export const DateListId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "a lower-case letter, then up to 62 of a-z 0-9 -")
  .meta({ description: "Id of a calendar of this program" });

const LocalDate = z.iso.date().meta({ description: "Local date", example: "2027-02-06" });
const DateRange = z
  .strictObject({ from: LocalDate, until: LocalDate })
  .refine(({ from, until }) => from < until, { path: ["until"], message: "the range ends after it begins" })
  .meta({ id: "DateRange", description: "From the first of its dates up to, but without, `until`" });

/** Dates by name, for what no rule can say: holidays of the moon's calendar, days on which a shop celebrates. */
export const DateList = z
  .strictObject({
    id: DateListId,
    name: z.string().min(1).max(200).optional().meta({ description: "How it is called for people" }),
    dates: z
      .array(z.union([LocalDate, DateRange]))
      .min(1)
      .max(1000)
      .meta({ description: "Local dates, and ranges of them" }),
  })
  .meta({
    id: "DateList",
    description: "Dates by name",
    example: { id: "spring-festival", dates: [{ from: "2027-02-06", until: "2027-02-13" }] },
  });

export type DateList = z.infer<typeof DateList>;

/** The days of some dates and ranges: sorted, apart from each other, so that a day is found by halving. */
export class DaySet {
  readonly #ranges: readonly DayRange[];

  constructor(dates: DateList["dates"]) {
    const ranges: DayRange[] = [];
    for (const range of dates.map(toRange).sort((a, b) => a.from - b.from)) {
      const last = ranges.at(-1);
      if (last !== undefined && range.from <= last.to) last.to = Math.max(last.to, range.to);
      else ranges.push(range);
    }
    this.#ranges = ranges;
  }

  has(day: EpochDay): boolean {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.to ?? 0) <= day) low = middle + 1;
      else high = middle;
    }
    const range = this.#ranges[low];
    return range !== undefined && range.from <= day;
  }
}

function toRange(date: DateList["dates"][number]): DayRange {
  if (typeof date !== "string") return { from: dateToDay(date.from), to: dateToDay(date.until) };
  const day = dateToDay(date);
  return { from: day, to: day + 1 };
}
