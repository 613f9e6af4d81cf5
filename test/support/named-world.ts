import { programInput } from "./rules.ts";
import type { TestService } from "./service.ts";

/** A word that every thing of such a program carries where it is not named by its id. */
export const secretOf = (program: string): string => `secret of ${program}`;

/** What the service made for the program and has no id of the caller's. */
export type MadeNames = { key: string; keyId: string; webhookId: string; quoteToken: string; storeCode: string; feedEventId: string };

/**
 * A program with one thing of each kind, all of which have the program's own id as theirs: so a test can name any of them
 * without a list of kinds.
 */
export async function createNamedWorld(loyalty: TestService, program: string, { versions = 2 } = {}): Promise<MadeNames> {
  const secret = secretOf(program);
  const definition = programInput({
    id: program,
    name: secret,
    currency: "GBP",
    timeZone: "Europe/London",
    wallets: [{ id: program, transfers: {} }],
    earning: [{ wallet: program, points: 1, perAmount: 100 }],
    tiers: [{ id: program }],
    pools: {},
    adjustments: { approval: { above: 1000 } },
    events: [{ type: program, schema: {} }],
    rules: [{ id: program, when: "true", effects: [{ kind: "bonus_points", wallet: program, points: 1 }] }],
    coupons: [{ id: program, gives: [{ kind: "discount_amount", amount: 1 }] }],
    rewards: [
      {
        id: program,
        label: secret,
        price: [{ wallet: program, points: 1 }],
        gives: { kind: "product", sku: secret },
        fulfilment: "confirm",
        storeCodeMinutes: 60,
      },
    ],
  });
  const { key } = await loyalty.createProgram(definition);
  const make = async <Body>(path: string, body: object, status = 201): Promise<Body> =>
    (await loyalty.expectStatus<Body>(status, "POST", path, { body, headers: { "idempotency-key": path } })).body;
  const put = (status: number, path: string, body: object) => loyalty.expectStatus(status, "PUT", path, { body });

  for (let version = 2; version <= versions; version += 1) await put(200, "/v1/program", { ...definition, name: `${secret} ${version}` });
  await put(201, `/v1/drafts/${program}`, { name: secret });
  const { id: keyId } = await make<{ id: string }>("/v1/keys", { name: secret, scopes: ["admin"] });
  for (const member of [program, `${program}-friend`, `${program}-card`]) await make("/v1/members", { id: member, displayName: secret });
  await put(200, `/v1/segments/${program}`, { name: secret, memberIds: [program] });

  const cart = { memberId: program, currency: "GBP", lines: [{ line: 1, sku: secret, quantity: 100, unitPrice: 1000 }] };
  const occurredAt = "2026-02-28T00:00:00Z";
  await make("/v1/orders", { id: program, ...cart, occurredAt });
  await make("/v1/events", { id: program, type: program, memberId: program, occurredAt, data: { text: secret } });
  await make("/v1/pools", { id: program, owner: program });
  await make("/v1/transfers", { id: program, from: program, to: `${program}-friend`, points: 1, note: secret });
  await make("/v1/merges", { id: program, from: `${program}-card`, into: `${program}-friend`, reason: secret });
  await make(`/v1/members/${program}/holds`, { id: program, points: 1, reason: secret });
  await make("/v1/coupon-codes", { code: program, coupon: program, maxUses: 5 });
  await make("/v1/coupon-batches", { id: program, coupon: program, codes: 2 });
  await make(`/v1/members/${program}/coupons`, { coupon: program, reason: secret });
  await make(`/v1/members/${program}/adjustments`, { id: program, points: 5000, reason: secret }, 202);
  const { code } = await make<{ code: string }>(`/v1/members/${program}/redemptions`, { id: program, reward: program, channel: "store" });
  const to = { memberIds: [program] };
  await make("/v1/bulk-grants", { id: program, reason: secret, to, give: { points: { wallet: program, points: 1 } } });
  const hook = { url: "https://secret.example/", description: secret, enabled: false };
  const { id: webhookId } = await make<{ id: string }>("/v1/webhooks", hook);
  const { quoteToken } = await make<{ quoteToken: string }>("/v1/quotes", cart, 200);
  await loyalty.numberEvents();
  const feed = await loyalty.expectStatus<{ data: { id: string; memberId: string | null }[] }>(200, "GET", "/v1/events/feed?limit=200");
  // The program's own events have the ids that those of every other program have.
  const feedEventId = feed.body.data.find(({ memberId }) => memberId === program)?.id ?? "";
  return { key, keyId, webhookId, quoteToken, storeCode: code, feedEventId };
}
