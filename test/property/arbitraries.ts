import fc from "fast-check";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import type { CartFacts } from "../../src/rules/decision.ts";
import { line, programOf } from "../support/rules.ts";

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
);

const rule = fc.record(
  {
    id: fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/),
    priority: fc.integer({ min: -2, max: 2 }),
    group: fc.constantFrom("x", "y"),
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

/** Files of rules, in any order. */
export const rules = fc.uniqueArray(rule, { selector: ({ id }) => id, maxLength: 6 });

const tier = fc.record({
  multiplier: fc.integer({ min: 0, max: 30_000 }).map((bps) => bps / 10_000),
  discountPercent: fc.integer({ min: 0, max: 10_000 }).map((bps) => bps / 100),
});

export const programInput = fc.record({
  rules,
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
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((items) =>
    fc.record({
      currency: fc.constant("CNY"),
      pricing: fc.constantFrom("engine" as const, "engine" as const, "asPaid" as const),
      shipping: fc.integer({ min: 0, max: 2000 }),
      attributes: fc.constantFrom({}, { vip: true }),
      items: fc.constant(items),
    }),
  )
  .map(({ items, ...facts }) => ({
    ...facts,
    lines: items.map(({ quantity, unitPrice, taxPercent, paidPercent, organic }, index) => {
      const gross = quantity * unitPrice;
      const paid = Math.floor((gross * paidPercent) / 100);
      return line(index + 1, unitPrice, {
        quantity,
        tax: Math.floor(((facts.pricing === "asPaid" ? paid : gross) * taxPercent) / 125),
        ...(facts.pricing === "asPaid" && { paid }),
        attributes: organic === undefined ? {} : { organic },
      });
    }),
  }));
