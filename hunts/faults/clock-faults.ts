import { setTimeout as sleep } from "node:timers/promises";
import type { ClockWorld, Fault } from "./fault.ts";

const HOUR_MS = 3_600_000;
/** Less than what the load leaves: its orders are a day old, and its holds end after twenty. */
const JUMPS_HOURS = [1, -1, 12, -12, 240];

/** Put to another time and back again. */
export const clockFaults = ({ count, lastsMs }: { count: number; lastsMs: number }): Fault<ClockWorld>[] =>
  JUMPS_HOURS.map((hours) => ({
    name: `the service's clock jumps ${Math.abs(hours)} hours ${hours > 0 ? "forward and back again" : "back and forward again"}`,
    isUnnoticed: true,
    count,
    async run({ clock, caller }) {
      await clock.put(hours * HOUR_MS, caller);
      await sleep(lastsMs);
      await clock.put(0, caller);
    },
  }));
