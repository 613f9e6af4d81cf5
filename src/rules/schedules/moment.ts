import { type CalendarDay, calendarDay } from "../../core/calendar-day.ts";
import { type Calendar, calendarOf } from "../../core/zone-calendar.ts";

/** The instant of one decision as the calendar of the program's zone shows it; all schedules share it. */
export type Moment = { instant: number; zone: string; calendar: Calendar; today: CalendarDay; yesterday: CalendarDay };

export function momentOf(now: Date, zone: string): Moment {
  const instant = now.getTime();
  const calendar = calendarOf(zone);
  const day = calendar.dayOf(instant);
  return { instant, zone, calendar, today: calendarDay(day), yesterday: calendarDay(day - 1) };
}
