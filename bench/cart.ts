/** The members who buy: all of them are enrolled before anything is measured. */
export const MEMBERS = 5_000;

export const memberId = (n: number): string => `member-${n}`;
export const randomMember = (): string => memberId(Math.floor(Math.random() * MEMBERS));

const pick = (max: number): number => 1 + Math.floor(Math.random() * max);

/** An order of three lines, between £3 and about £270, as the body of POST /v1/orders. */
export function randomOrder(id: string): string {
  const lines = [1, 2, 3].map((line) => ({
    line,
    sku: `SKU-${pick(4_000)}`,
    category: "home",
    quantity: pick(6),
    unitPrice: 100 + pick(1_400),
  }));
  const order = {
    id,
    memberId: randomMember(),
    occurredAt: new Date().toISOString(),
    currency: "GBP",
    shipping: 500,
    channel: "web",
    lines,
  };
  return JSON.stringify(order);
}
