import type { CartFacts, MemberFacts } from "../src/rules/decision.ts";

/** Conditions of one campaign: texts that an order must have, and thresholds. */
type Campaign = {
  id: string;
  from?: string;
  until?: string;
  tiers?: string[];
  channel?: string;
  country?: string;
  sku?: string;
  category?: string;
  netFrom?: number;
  percent: number;
};

const TIERS = ["regular", "silver", "gold"];
const COUNTRIES = ["GB", "FR", "DE", "CN", "US"];
const pick = <Item>(items: readonly Item[], n: number): Item => items[n % items.length] as Item;

/**
 * So many campaigns of mixed kinds, as a shop has them: a few go for all orders, whatever their number; the others are for a
 * sku, a category, a channel, or a past or coming week.
 */
function campaign(n: number): Campaign {
  const id = `campaign-${n}`;
  const percent = 1 + (n % 5);
  if (n < 3) return { id, netFrom: 2000 * (n + 1), percent };
  switch (n % 6) {
    case 0:
      return { id, sku: `sku-${n}`, percent };
    case 1:
      return { id, category: `category-${n}`, netFrom: 1000, percent };
    case 2:
      return { id, channel: `partner-${n}`, tiers: [pick(TIERS, n)], percent };
    case 3:
      return { id, sku: `sku-${n}`, country: pick(COUNTRIES, n), netFrom: 500, percent };
    case 4:
      return { id, until: "2026-05-01T00:00:00Z", tiers: [pick(TIERS, n)], percent };
    default:
      return { id, from: "2026-09-01T00:00:00Z", country: pick(COUNTRIES, n), netFrom: 3000, percent };
  }
}

const campaignsOf = (size: number): Campaign[] => Array.from({ length: size }, (_, n) => campaign(n));

export function campaigns(size: number): object[] {
  return campaignsOf(size).map(({ id, from, until, tiers, channel, country, sku, category, netFrom, percent }) => {
    const parts = [
      ...(channel === undefined ? [] : [`order.channel == "${channel}"`]),
      ...(country === undefined ? [] : [`order.country == "${country}"`]),
      ...(category === undefined ? [] : [`order.lines.exists(l, l.category == "${category}")`]),
      ...(netFrom === undefined ? [] : [`order.gross >= ${netFrom}`]),
    ];
    return {
      id,
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
      ...(tiers !== undefined && { audience: { tiers } }),
      ...(parts.length > 0 && { when: parts.join(" && ") }),
      ...(sku !== undefined && { lines: `line.sku == "${sku}"` }),
      effects: [{ kind: "discount_percent", percent }],
    };
  });
}

/** The same conditions for json-rules-engine, which only says which of them hold. */
export function peerRules(size: number): object[] {
  return campaignsOf(size).map(({ id, from, until, tiers, channel, country, sku, category, netFrom }) => ({
    event: { type: id },
    conditions: {
      all: [
        { fact: "now", operator: "greaterThanInclusive", value: from === undefined ? 0 : Date.parse(from) },
        ...(until === undefined ? [] : [{ fact: "now", operator: "lessThan", value: Date.parse(until) }]),
        ...(tiers === undefined ? [] : [{ fact: "tier", operator: "in", value: tiers }]),
        ...(channel === undefined ? [] : [{ fact: "channel", operator: "equal", value: channel }]),
        ...(country === undefined ? [] : [{ fact: "country", operator: "equal", value: country }]),
        ...(category === undefined ? [] : [{ fact: "categories", operator: "contains", value: category }]),
        ...(sku === undefined ? [] : [{ fact: "skus", operator: "contains", value: sku }]),
        ...(netFrom === undefined ? [] : [{ fact: "gross", operator: "greaterThanInclusive", value: netFrom }]),
      ],
    },
  }));
}

export function benchMember(n: number): MemberFacts {
  const joined = new Date("2025-01-01T00:00:00Z");
  return {
    id: `m-${n}`,
    status: "active",
    tier: pick(TIERS, n),
    tierSince: joined,
    enrolledAt: joined,
    attributes: {},
    sums: {},
    segments: [],
  };
}

/** Three lines, of which some are in a campaign. */
export function benchCart(n: number): CartFacts {
  const lines = [0, 1, 2].map((at) => ({
    line: at + 1,
    sku: `sku-${(n * 7 + at * 3) % 1000}`,
    category: `category-${(n * 5 + at) % 1000}`,
    quantity: 1 + (at % 2),
    unitPrice: 900 + 100 * at,
    tax: 0,
    attributes: {},
  }));
  return {
    currency: "GBP",
    pricing: "engine",
    shipping: 500,
    channel: n % 2 === 0 ? "web" : "app",
    country: pick(COUNTRIES, n),
    attributes: {},
    lines,
  };
}

export function peerFacts({ tier }: MemberFacts, { channel, country, lines }: CartFacts, now: Date): Record<string, unknown> {
  return {
    now: now.getTime(),
    tier,
    channel,
    country,
    skus: lines.map(({ sku }) => sku),
    categories: lines.map(({ category }) => category),
    gross: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
  };
}
