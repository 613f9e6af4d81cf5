import { orderOf, SEED, SEED_MEMBERS } from "../cart.ts";

const OPENING_LOTS = 18;
const ORDERS_DAYS_AGO = [40, 4];
/** A movement of points each. */
export const ENTRIES_OF_SEED_MEMBER = OPENING_LOTS + ORDERS_DAYS_AGO.length;

const DAY_MS = 86_400_000;
const OPENED_DAYS_AGO = 60;
const EXPIRES_IN_DAYS = 400;

/** What the members from whom all others are copied have behind them, as lines of an import: points of a former system, then orders. */
export function* seedLines(now: Date): Generator<object> {
  const at = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString();
  const lots = Array.from({ length: OPENING_LOTS }, (_, n) => ({
    wallet: "points",
    points: 20 + n,
    earnedAt: at(-OPENED_DAYS_AGO - 10 * (OPENING_LOTS - n)),
    expiresAt: at(EXPIRES_IN_DAYS + 10 * n),
  }));
  for (let n = 0; n < SEED_MEMBERS; n += 1) {
    const member = `${SEED}m${n}`;
    yield { type: "openingBalance", id: `${SEED}b${n}`, memberId: member, occurredAt: at(-OPENED_DAYS_AGO), lots };
    for (const daysAgo of ORDERS_DAYS_AGO)
      yield { type: "order", ...orderOf(`${SEED}o${daysAgo}-${n}`, member, new Date(now.getTime() - daysAgo * DAY_MS)) };
  }
}
