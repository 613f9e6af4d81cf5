import fc from "fast-check";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import type { CartFacts } from "../../src/rules/decision.ts";
import { line, programOf } from "../support/rules.ts";

fc.configureGlobal({ numRuns: 1000 });

const sku = fc.integer({ min: 1, max: 4 }).map((number) => `sku-${number}`);

const ladder = fc.uniqueArray(fc.record({ atLeast: fc.integer({ min: 1, max: 8 }), value: fc.integer({ min: 1, max: 20_000 }) }), {
  selector: ({ atLeast }) => atLeast,
  minLength: 1,
  maxLength: 4,
});

const effect = fc.oneof(
  fc.record({ kind: fc.constant("discount_percent"), percent: fc.integer({ min: 0, max: 10_000 }).map((bps) => bps / 100) }),
  fc.record({ kind: fc.constant("discount_amount"), amount: fc.integer({ min: 1, max: 50_000 }) }),
  fc.record({
    kind: fc.constant("discount_per_step"),
    step: fc.integer({ min: 1, max: 40_000 }),
    amount: fc.integer({ min: 1, max: 50_000 }),
    repeat: fc.boolean(),
    threshold: fc.constantFrom("left", "list"),
  }),
  fc.record({ kind: fc.constant("points_multiplier"), multiplier: fc.integer({ min: 0, max: 50_000 }).map((bps) => bps / 10_000) }),
  fc.record({
    kind: fc.constant("points_per_amount"),
    wallet: fc.constant("points"),
    points: fc.integer({ min: 1, max: 9 }),
    perAmount: fc.integer({ min: 1, max: 999 }),
  }),
  fc.record({ kind: fc.constant("bonus_points"), wallet: fc.constant("points"), points: fc.integer({ min: 1, max: 500 }) }),
  fc.record({ kind: fc.constant("free_shipping") }),
  fc.record({ kind: fc.constant("shipping_discount_amount"), amount: fc.integer({ min: 1, max: 2000 }) }),
  fc.record({ kind: fc.constant("shipping_discount_percent"), percent: fc.integer({ min: 0, max: 100 }) }),
  fc.record({
    kind: fc.constant("points_per_quantity"),
    wallet: fc.constant("points"),
    points: fc.integer({ min: 1, max: 50 }),
    perQuantity: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant("points_percent"), percent: fc.integer({ min: 1, max: 30_000 }).map((bps) => bps / 100) }),
  fc.record({
    kind: fc.constant("discount_units_percent"),
    pick: fc.constantFrom("cheapest", "dearest"),
    units: fc.integer({ min: 1, max: 12 }),
    percent: fc.integer({ min: 0, max: 10_000 }).map((bps) => bps / 100),
  }),
  fc.record({
    kind: fc.constant("discount_units_amount"),
    pick: fc.constantFrom("cheapest", "dearest"),
    units: fc.integer({ min: 1, max: 12 }),
    amount: fc.integer({ min: 1, max: 20_000 }),
  }),
  fc.record(
    {
      kind: fc.constant("buy_x_get_y"),
      buy: fc.integer({ min: 1, max: 4 }),
      get: fc.integer({ min: 1, max: 3 }),
      percent: fc.integer({ min: 0, max: 100 }),
      limit: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ["kind", "buy", "get"] },
  ),
  fc.record({
    kind: fc.constant("bundle_price"),
    items: fc.uniqueArray(fc.record({ sku, quantity: fc.integer({ min: 1, max: 3 }) }), { selector: (item) => item.sku, minLength: 1 }),
    price: fc.integer({ min: 1, max: 30_000 }),
  }),
  fc.record({
    kind: fc.constant("member_prices"),
    prices: fc.uniqueArray(fc.record({ sku, unitPrice: fc.integer({ min: 0, max: 20_000 }) }), {
      selector: (price) => price.sku,
      minLength: 1,
    }),
  }),
  fc.record({
    kind: fc.constant("group_price"),
    steps: ladder.map((steps) => steps.map(({ atLeast, value }) => ({ atLeast, unitPrice: value }))),
  }),
  fc.record({
    kind: fc.constant("discount_ladder"),
    steps: ladder.map((steps) => steps.map(({ atLeast, value }) => ({ atLeast: atLeast * 5000, amount: value }))),
    threshold: fc.constantFrom("left", "list"),
  }),
  fc.record({ kind: fc.constant("gift"), sku: fc.constant("tote-bag") }),
  fc.record({ kind: fc.constant("gift"), sku: fc.constant("pen"), quantity: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("entitlement"), entitlement: fc.constant("gift_wrap") }),
  fc.record({ kind: fc.constant("custom"), name: fc.constant("banner"), payload: fc.constant({ text: "Hello", sizes: [1, 2.5, null] }) }),
);

const rule = fc.record(
  {
    id: fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/),
    priority: fc.integer({ min: -2, max: 2 }),
    group: fc.constantFrom("x", "y"),
    lane: fc.constantFrom("first", "best", "least", "all"),
    stacking: fc.constantFrom("left", "list"),
    when: fc.constantFrom(
      "order.net >= 20000",
      'order.lines.exists(l, l.sku == "sku-2")',
      "order.attributes.vip == true",
      "order.quantity > 3",
    ),
    state: fc.constantFrom("active", "active", "paused"),
    schedule: fc.constantFrom(
      { daysOfMonth: [15] },
      { weekdays: ["su"], between: { from: "22:00", until: "12:01" } },
      { dates: ["03-16"] },
      { birthday: "day" },
      { daysAfterJoining: { until: 90 } },
    ),
    lines: fc.constantFrom("line.quantity > 1", "line.net > 5000", "line.line < 3", "line.attributes.organic == true"),
    effects: fc.array(effect, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ["id", "effects"] },
);

type Rule = { id: string; effects: readonly { kind: string }[] };

const period = fc.constantFrom("day", "week", "month", "quarter", "year", undefined);
const returns = fc.constantFrom("restore", "restore", "keep", undefined);
const limit = (of: string, max: number) => fc.record({ of: fc.constant(of), atMost: fc.integer({ min: 1, max }), per: period, returns });
const limitsOf = (of: string, max: number) =>
  fc.record({
    caps: fc.oneof(
      fc.constant([]),
      limit(of, max).map((cap) => [{ ...cap, for: "member" }]),
      of === "uses" ? fc.constant([]) : fc.integer({ min: 1, max }).map((atMost) => [{ of, atMost, for: "order" }]),
    ),
    budgets: fc.oneof(
      fc.constant([]),
      limit(of, max).map((budget) => [budget]),
    ),
  });

/** Limits of each kind; a rule takes those that its effects can reach. */
const limits = fc.tuple(limitsOf("uses", 4), limitsOf("points", 300), limitsOf("money", 20_000));

/** A rule with those limits that count something of what it gives. */
function limitedRule<Candidate extends Rule>(
  candidate: Candidate,
  [uses, points, money]: typeof limits extends fc.Arbitrary<infer T> ? T : never,
) {
  const gives = (pattern: RegExp) => candidate.effects.some(({ kind }) => pattern.test(kind));
  const own = [uses, ...(gives(/points/) ? [points] : []), ...(gives(/discount|price|buy_x|shipping/) ? [money] : [])];
  const [caps, budgets] = [own.flatMap((each) => each.caps as object[]), own.flatMap((each) => each.budgets as object[])];
  return { ...candidate, ...(caps.length > 0 && { caps }), ...(budgets.length > 0 && { budgets }) };
}

const pointsTerms = fc.constantFrom(
  undefined,
  undefined,
  { expiry: "P30D" },
  { pending: "completed+P14D" },
  { pending: "none", expiry: "never" },
);

/** A rule with those terms for its points, where it gives some and takes none away. */
function withTerms<Candidate extends Rule>(candidate: Candidate, terms: object | undefined) {
  const kinds = candidate.effects.map(({ kind }) => kind);
  const givesPoints = kinds.some((kind) => kind.includes("points")) && !kinds.includes("points_multiplier");
  return givesPoints && terms !== undefined ? { ...candidate, pointsTerms: terms } : candidate;
}

/** Files of rules, in any order. */
export const rules = fc.uniqueArray(
  fc.tuple(rule, limits, pointsTerms).map(([candidate, own, terms]) => withTerms(limitedRule(candidate, own), terms)),
  { selector: ({ id }) => id, maxLength: 6 },
);

const tier = fc.record({
  multiplier: fc.integer({ min: 0, max: 30_000 }).map((bps) => bps / 10_000),
  discountPercent: fc.integer({ min: 0, max: 10_000 }).map((bps) => bps / 100),
});

const lanes = fc.shuffledSubarray(
  [{ id: "all" }, { id: "first", winner: "first" }, { id: "best", winner: "best_for_member" }, { id: "least", winner: "least_cost" }],
  { minLength: 4, maxLength: 4 },
);

export const programInput = fc.record({
  rules,
  lanes,
  wallets: fc.constantFrom(
    [{ id: "points" }],
    [{ id: "points", worth: { points: 100, amount: 99 } }],
    [{ id: "points", rounding: "half_up" }],
    [{ id: "points", rounding: "up" }],
  ),
  tiers: tier.map((benefits) => [{ id: "regular", benefits }]),
  multipliers: fc.constantFrom("compound", "highest", "additive"),
});

export const program: fc.Arbitrary<CompiledProgram> = programInput.map((input) => programOf(input));

/** Carts whose tax is part of the price. */
export const cart: fc.Arbitrary<CartFacts> = fc
  .array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 7 }),
      unitPrice: fc.integer({ min: 0, max: 20_000 }),
      taxPercent: fc.integer({ min: 0, max: 25 }),
      paidPercent: fc.integer({ min: 0, max: 120 }),
      organic: fc.option(fc.boolean(), { nil: undefined }),
      sku,
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((items) =>
    fc.record({
      currency: fc.constant("CNY"),
      pricing: fc.constantFrom("engine" as const, "engine" as const, "asPaid" as const),
      shipping: fc.integer({ min: 0, max: 2000 }),
      attributes: fc.constantFrom({}, { vip: true }, { vip: false, groupSize: 5 }, { groupSize: "many" }),
      items: fc.constant(items),
    }),
  )
  .map(({ items, ...facts }) => ({
    ...facts,
    lines: items.map(({ quantity, unitPrice, taxPercent, paidPercent, organic, sku: name }, index) => {
      const gross = quantity * unitPrice;
      const paid = Math.floor((gross * paidPercent) / 100);
      return line(index + 1, unitPrice, {
        sku: name,
        quantity,
        tax: Math.floor(((facts.pricing === "asPaid" ? paid : gross) * taxPercent) / 125),
        ...(facts.pricing === "asPaid" && { paid }),
        attributes: organic === undefined ? {} : { organic },
      });
    }),
  }));
