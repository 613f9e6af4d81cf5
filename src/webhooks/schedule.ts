/** Seconds before each further attempt, as the Standard Webhooks specification proposes: ten attempts in some three days. */
const RETRY_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

const RETRY_AFTER_MAX_SECONDS = 86_400;
/** Up to so much later, so that what failed together does not come back together. */
const JITTER = 0.2;

const PAUSE_SECONDS = 5;
const PAUSE_MAX_SECONDS = 300;

/** The wait after `attempts` failed attempts, at least as long as the receiver asked for; null: it is given up. `chance` is 0 to 1. */
export function retrySeconds(attempts: number, retryAfterSeconds: number | null, chance: number): number | null {
  const planned = RETRY_SECONDS[attempts - 1];
  if (planned === undefined) return null;
  return Math.max(planned * (1 + JITTER * chance), Math.min(retryAfterSeconds ?? 0, RETRY_AFTER_MAX_SECONDS));
}

/** How long an endpoint gets no new events where nothing arrived `failures` times in a row. */
export function pauseSeconds(failures: number, retryAfterSeconds: number | null, chance: number): number {
  const planned = Math.min(PAUSE_SECONDS * 2 ** (failures - 1), PAUSE_MAX_SECONDS);
  return Math.max(planned * (1 + JITTER * chance), Math.min(retryAfterSeconds ?? 0, RETRY_AFTER_MAX_SECONDS));
}
