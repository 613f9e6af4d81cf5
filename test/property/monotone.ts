import fc from "fast-check";
import type { CartFacts, LineFacts } from "../../src/rules/decision.ts";

/** Effects that give no less for more goods: points in all their kinds. A discount may cross a threshold and leave less. */
const effect = fc.oneof(
  fc.record({ kind: fc.constant("points_multiplier"), multiplier: fc.integer({ min: 10_000, max: 50_000 }).map((bps) => bps / 10_000) }),
  fc.record({
    kind: fc.constant("points_per_amount"),
    wallet: fc.constant("points"),
    points: fc.integer({ min: 1, max: 9 }),
    perAmount: fc.integer({ min: 1, max: 999 }),
  }),
  fc.record({
    kind: fc.constant("points_per_quantity"),
    wallet: fc.constant("points"),
    points: fc.integer({ min: 1, max: 50 }),
    perQuantity: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ kind: fc.constant("points_percent"), percent: fc.integer({ min: 1, max: 30_000 }).map((bps) => bps / 100) }),
  fc.record({ kind: fc.constant("bonus_points"), wallet: fc.constant("points"), points: fc.integer({ min: 1, max: 500 }) }),
);

const rule = fc.record(
  {
    id: fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/),
    priority: fc.integer({ min: -2, max: 2 }),
    // What holds once holds for every larger cart.
    when: fc.constantFrom("order.net >= 20000", "order.quantity > 3", "order.lines.exists(l, l.quantity > 2)", "order.gross > 5000"),
    lines: fc.constantFrom("line.quantity > 1", "line.net > 5000", "line.line < 3"),
    effects: fc.array(effect, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ["id", "effects"] },
);

/** Rules that give no less when a line has more units, or costs more. */
export const monotoneRules = fc.uniqueArray(rule, { selector: ({ id }) => id, maxLength: 6 });

export const multipliers = fc.constantFrom("compound", "highest", "additive");

type Raise = (facts: CartFacts) => CartFacts;

/** More units of some lines, at higher prices; what was paid rises with the units, and the tax stays as it is. */
export const raise: fc.Arbitrary<Raise> = fc
  .array(fc.record({ units: fc.nat(5), price: fc.nat(5000) }), { minLength: 8, maxLength: 8 })
  .map((steps) => (facts) => ({ ...facts, lines: facts.lines.map((line, index) => raised(line, steps[index] ?? { units: 0, price: 0 })) }));

function raised(line: LineFacts, { units, price }: { units: number; price: number }): LineFacts {
  const quantity = line.quantity + units;
  const more = { ...line, quantity, unitPrice: line.unitPrice + price };
  return line.paid === undefined ? more : { ...more, paid: line.paid + units * price };
}
