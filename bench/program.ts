import { randomUUID } from "node:crypto";
import { campaigns } from "./campaigns.ts";

/** Errors: whatever is not 2xx. */
export async function call(url: string, method: string, headers: Record<string, string>, body: unknown): Promise<unknown> {
  const answer = await fetch(url, { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** How many rules the program of the orders has. */
export const RULES = 20;

/** A shop: a point a pound that expires after two years, three tiers by the spend of a year, and campaigns of mixed kinds. */
export const shopProgram = (id: string): { id: string } & Record<string, unknown> => ({
  id,
  name: "Gift shop",
  currency: "GBP",
  timeZone: "Europe/London",
  autoEnroll: true,
  wallets: [{ id: "points", expiry: "P24M" }],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [
    { id: "regular" },
    { id: "silver", qualification: spendOf(50_000), benefits: { multiplier: 1.2, discountPercent: 2 } },
    { id: "gold", qualification: spendOf(200_000), benefits: { multiplier: 1.5, discountPercent: 5 } },
  ],
  rules: campaigns(RULES),
});

const spendOf = (atLeast: number) => ({ all: [{ metric: "spend", window: "365d", atLeast }] });

/** Applies the program and makes a key as a shop has one. Answers the headers of that key. */
export async function applyProgram(
  serviceUrl: string,
  rootKey: string,
  program: { id: string },
  scopes: readonly string[],
): Promise<Record<string, string>> {
  const asRoot = { authorization: `Bearer ${rootKey}`, "loyalty-program": program.id };
  await call(`${serviceUrl}/v1/program`, "PUT", asRoot, program);
  const body = { name: "bench", scopes };
  const { key } = (await call(`${serviceUrl}/v1/keys`, "POST", { ...asRoot, "idempotency-key": randomUUID() }, body)) as { key: string };
  return { authorization: `Bearer ${key}` };
}
