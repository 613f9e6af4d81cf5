import type { ApiClient } from "./api-client.ts";

/** A small program whose numbers are easy to follow: 1 point a pound, silver from £100 in a year. Laid over it is what a test needs. */
export const SHOP = {
  id: "test-shop",
  name: "Test shop",
  currency: "GBP",
  timeZone: "Europe/London",
  autoEnroll: true,
  wallets: [{ id: "points" }],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [
    { id: "bronze", name: "Bronze" },
    {
      id: "silver",
      qualification: {
        any: [
          { metric: "spend", window: "365d", atLeast: 10000 },
          { metric: "orders", window: "month", atLeast: 5 },
        ],
      },
      benefits: { discountPercent: 10, entitlements: { free_returns: true } },
    },
  ],
  rules: [
    {
      id: "big-order",
      label: "Big order",
      when: "order.gross >= 30000",
      effects: [{ kind: "bonus_points", wallet: "points", points: 50 }],
    },
  ],
};

export type OrderBody = {
  id: string;
  memberId: string;
  occurredAt: string;
  currency: string;
  lines: { line: number; sku: string; quantity: number; unitPrice: number }[];
};

/** An order of one line of one unit unless said otherwise. */
export function orderBody(id: string, change: Partial<OrderBody> & { unitPrice?: number; quantity?: number } = {}): OrderBody {
  const { unitPrice = 1000, quantity = 1, ...fields } = change;
  const lines = [{ line: 1, sku: "A", quantity, unitPrice }];
  return { id, memberId: "M1", occurredAt: "2026-02-01T12:00:00Z", currency: "GBP", lines, ...fields };
}

export type Wallet = { available: number; pending: number; held: number; debt: number; accruedTotal: number; redeemedTotal: number };

/** What the member has in the wallet `points`, past the cache. */
export async function pointsOf(api: ApiClient, memberId: string, moment = ""): Promise<Wallet> {
  const path = `/v1/members/${memberId}/balance?consistency=strong${moment}`;
  const { body } = await api.expectStatus<{ wallets: { points: Wallet & { expiring: unknown } } }>(200, "GET", path);
  const { expiring: _expiring, ...points } = body.wallets.points;
  return points;
}

/** All that a list gives, page by page. */
export async function allPages<Item>(api: ApiClient, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: { body: { data: Item[]; nextCursor: string | null } } = await api.expectStatus(
      200,
      "GET",
      cursor === "" ? path : `${path}&cursor=${cursor}`,
    );
    items.push(...page.body.data);
    cursor = page.body.nextCursor;
  }
  return items;
}
