import type { Clock } from "../../src/core/clock.ts";

/** A clock that stands still until it is told otherwise. */
export type MovableClock = { now: Clock; set(instant: string): void; advance(milliseconds: number): void };

export function movableClock(start: string): MovableClock {
  let current = instantOf(start);
  return {
    now: () => new Date(current),
    set: (instant) => {
      current = instantOf(instant);
    },
    advance: (milliseconds) => {
      current += milliseconds;
    },
  };
}

function instantOf(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new RangeError(`${text} is not an instant`);
  return milliseconds;
}
