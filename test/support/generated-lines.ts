/** Whole numbers from 0 to below `limit`; the same seed gives the same ones (mulberry32). */
export function seededNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const FIRST_DAY = Date.parse("2025-01-01T12:00:00Z");
const DAY_MS = 86_400_000;

/** An import of orders of 1 to 3 lines in GBP over a year; every fourth is followed by a return of one unit. */
export function generateImport(orders: number, { members, seed }: { members: number; seed: number }): string[] {
  const below = seededNumbers(seed);
  return Array.from({ length: orders }, (_, n) => {
    const occurredAt = new Date(FIRST_DAY + Math.floor((n * 365) / orders) * DAY_MS).toISOString();
    const memberId = `G${below(members)}`;
    const id = `g-${n}`;
    const lines = Array.from({ length: 1 + below(3) }, (_, index) => ({
      line: index + 1,
      sku: `sku-${below(50)}`,
      quantity: 1 + below(4),
      unitPrice: 50 + below(12_000),
    }));
    const order = JSON.stringify({ type: "order", id, memberId, occurredAt, currency: "GBP", lines });
    if (n % 4 !== 3) return [order];
    const returned = { type: "return", id: `r-${n}`, orderId: id, memberId, occurredAt, lines: [{ line: 1, quantity: 1 }] };
    return [order, JSON.stringify(returned)];
  }).flat();
}
