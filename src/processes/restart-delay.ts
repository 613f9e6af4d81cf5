const FIRST_MS = 250;
const LONGEST_MS = 30_000;
/** Who served for so long did not end because it cannot start. */
const SETTLED_MS = 30_000;

/** How a place for a process has fared: how many in a row ended soon. */
export type Restarts = { shortLives: number };

/** The wait before the next one begins: twice as long after each that ended soon. */
export function afterLife({ shortLives }: Restarts, livedMs: number): Restarts & { delayMs: number } {
  const soon = livedMs < SETTLED_MS ? shortLives + 1 : 1;
  return { shortLives: soon, delayMs: Math.min(LONGEST_MS, FIRST_MS * 2 ** (soon - 1)) };
}
