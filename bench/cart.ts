const pick = (max: number): number => Math.floor(Math.random() * max);

/** Members have been copied from a few who were imported: copy 17 of the third of them is `seed17-m2`. */
export const SEED = "seed0-";
export const seedPrefix = (copy: number): string => `seed${copy}-`;
export const SEED_MEMBERS = 1_000;

export const memberId = (n: number): string => `${seedPrefix(Math.floor(n / SEED_MEMBERS))}m${n % SEED_MEMBERS}`;
export const randomMember = (members: number): string => memberId(pick(members));

/** Three lines, between £3 and about £270; some skus and categories are in a campaign (see campaigns.ts). */
export function randomCart(): object {
  const lines = [1, 2, 3].map((line) => ({
    line,
    sku: `sku-${pick(1_000)}`,
    category: `category-${pick(100)}`,
    quantity: 1 + pick(6),
    unitPrice: 100 + pick(1_400),
  }));
  return { currency: "GBP", shipping: 500, channel: "web", country: pick(2) === 0 ? "GB" : "DE", lines };
}

/** The body of POST /v1/orders. */
export const orderOf = (id: string, member: string, occurredAt: Date): object => ({
  id,
  memberId: member,
  occurredAt: occurredAt.toISOString(),
  ...randomCart(),
});
