import type { ApiClient } from "./api-client.ts";

/** Of an order, what the worked cases state. */
export type OrderAnswer = {
  status: string;
  totals: { gross: number; discount: number; net: number; shipping: number; payable: number };
  lines: { line: number; discount: number; net: number }[];
  points: { wallet: string; amount: number; status: string }[];
  tier: { before: string; after: string };
  balance: { wallets: Record<string, { available: number; accruedTotal: number }> };
};

export type Price = number | { quantity: number; unitPrice: number };

/** An order in CNY with 10 yuan of shipping: a line for each price, of one unit unless said otherwise. */
export function orderInFen(id: string, memberId: string, occurredAt: string, prices: readonly Price[]) {
  const lines = prices.map((price, index) => ({
    line: index + 1,
    sku: `sku-${index + 1}`,
    ...(typeof price === "number" ? { quantity: 1, unitPrice: price } : price),
  }));
  return { id, memberId, occurredAt, currency: "CNY", shipping: 1000, lines };
}

/** Places an order and answers what it says. */
export const placed = async (
  api: ApiClient,
  body: ReturnType<typeof orderInFen> & { channel?: string; coupons?: string[] },
): Promise<OrderAnswer> => (await api.expectStatus<OrderAnswer>(201, "POST", "/v1/orders", { body })).body;

/** Completes an order and answers what it says then. */
export const completed = async (api: ApiClient, orderId: string, occurredAt: string): Promise<OrderAnswer> =>
  (await api.expectStatus<OrderAnswer>(200, "POST", `/v1/orders/${orderId}/complete`, { body: { occurredAt } })).body;

/** Points of an order in one wallet. */
export const pointsIn = ({ points }: OrderAnswer, wallet = "points"): number | undefined =>
  points.find((given) => given.wallet === wallet)?.amount;

export type Opening = { tier: string; spend?: number; points?: number };

/** Brings a member over from a former system as of an instant, with the points they had and what counts for tiers. */
export async function openMember(
  api: ApiClient,
  memberId: string,
  occurredAt: string,
  { tier, spend = 0, points = 0 }: Opening,
): Promise<void> {
  const line = {
    type: "openingBalance",
    id: `opening-${memberId}`,
    memberId,
    occurredAt,
    lots: points === 0 ? [] : [{ wallet: "points", points }],
    tier: { id: tier, since: occurredAt },
    totals: { spend, points: { points } },
  };
  const { body } = await api.expectStatus<{ text: string }>(200, "POST", "/v1/import", {
    body: JSON.stringify(line),
    headers: { "content-type": "application/x-ndjson" },
  });
  const answer: { status: number } = JSON.parse(body.text);
  if (answer.status !== 201) throw new Error(`the opening of ${memberId} was refused: ${body.text}`);
}

export type Criterion = { metric: string; value: number; missing: number; sentence: string | null };
export type TierAnswer = { tier: string; next: { tier: string; criteria: Criterion[]; sentence: string } | null };

export const tierOf = async (api: ApiClient, memberId: string): Promise<TierAnswer> =>
  (await api.expectStatus<TierAnswer>(200, "GET", `/v1/members/${memberId}/tier`)).body;
