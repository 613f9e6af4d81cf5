import { setTimeout as sleep } from "node:timers/promises";

/** Of its time, for a job that works beside requests: the rest of it belongs to who waits for an answer. */
const SHARE = 1 / 4;

/** Rests after so many milliseconds of work, or until `signal` is aborted. */
export async function restAfter(workedMs: number, signal: AbortSignal): Promise<void> {
  await sleep(workedMs * (1 / SHARE - 1), undefined, { signal, ref: false }).catch(() => undefined); // a service that stops waits for nothing
}
