import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, member, programOf } from "../support/rules.ts";
import { cart, program, programInput } from "./arbitraries.ts";
import { monotoneRules, multipliers, raise } from "./monotone.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("decideOrder", () => {
  test("the parts of each discount sum to it, and the discounts of lines to the order's", () => {
    fc.assert(
      fc.property(program, cart, (compiled, facts) => {
        const { totals, discounts, lines } = compiled.decideOrder(member(), facts, AT);

        for (const discount of discounts) {
          expect(discount.amount).toBeGreaterThan(0);
          expect(sum(discount.lines.map(({ amount }) => amount))).toBe(discount.amount);
        }
        if (facts.pricing === "engine") expect(sum(discounts.map(({ amount }) => amount))).toBe(totals.discount);
        expect(sum(lines.map(({ discount }) => discount))).toBe(totals.discount);
        expect(sum(lines.map(({ net }) => net))).toBe(totals.net);
        expect(totals.payable).toBe(totals.net + totals.shipping);
      }),
    );
  });

  test("no line goes below 0, and its base is between 0 and its net", () => {
    fc.assert(
      fc.property(program, cart, (compiled, facts) => {
        for (const { gross, discount, net, base } of compiled.decideOrder(member(), facts, AT).lines) {
          expect(net).toBeGreaterThanOrEqual(0);
          expect(discount).toBeGreaterThanOrEqual(0);
          if (facts.pricing === "engine") expect(gross - discount).toBe(net);
          expect(base).toBeGreaterThanOrEqual(0);
          expect(base).toBeLessThanOrEqual(net);
        }
      }),
    );
  });

  test("each line of a wallet has at most one coefficient, and points are whole and not negative", () => {
    fc.assert(
      fc.property(program, cart, (compiled, facts) => {
        for (const { points, coefficients } of compiled.decideOrder(member(), facts, AT).accruals) {
          const lines = coefficients.flatMap((coefficient) => coefficient.lines);
          expect(new Set(lines).size).toBe(lines.length);
          expect(Number.isSafeInteger(points) && points >= 0).toBe(true);
        }
      }),
    );
  });

  test("does not depend on the order of lines in the cart or of rules in the file", () => {
    fc.assert(
      fc.property(programInput, cart, (input, facts) => {
        const turned = programOf({ ...input, rules: input.rules.toReversed() });

        const decision = turned.decideOrder(member(), { ...facts, lines: facts.lines.toReversed() }, AT);

        expect(decision).toEqual(programOf(input).decideOrder(member(), facts, AT));
      }),
    );
  });

  test("under monotone rules a cart that is raised, line by line, earns no less in any wallet", () => {
    fc.assert(
      fc.property(monotoneRules, multipliers, cart, raise, (rules, way, facts, raised) => {
        const { decideOrder } = programOf({ rules, multipliers: way });

        const before = decideOrder(member(), facts, AT);
        const after = decideOrder(member(), raised(facts), AT);

        for (const { wallet, points } of before.accruals) {
          expect(after.accruals.find((accrual) => accrual.wallet === wallet)?.points ?? 0).toBeGreaterThanOrEqual(points);
        }
      }),
    );
  });

  test("does not depend on the orders before it, and leaves the cart as it was", () => {
    fc.assert(
      fc.property(program, cart, cart, (compiled, facts, other) => {
        const before = structuredClone(facts);
        const first = compiled.decideOrder(member(), facts, AT);
        compiled.decideOrder(member(), other, AT);

        expect(compiled.decideOrder(member(), facts, AT)).toEqual(first);
        expect(facts).toEqual(before);
      }),
    );
  });

  test("traces every rule: those that matched without a reason, the others with one", () => {
    fc.assert(
      fc.property(programInput, cart, (input, facts) => {
        const { trace } = programOf(input).decideOrder(member(), facts, AT);

        for (const { id } of input.rules) expect(trace.filter(({ rule }) => rule === id)).toHaveLength(1);
        for (const { matched, reason, gave } of trace) {
          expect(matched).toBe(reason === undefined);
          if (!matched) expect(gave).toEqual([]);
        }
      }),
    );
  });

  test("is plain data: it comes back the same from the row that keeps it", () => {
    fc.assert(
      fc.property(program, cart, (compiled, facts) => {
        const decision = compiled.decideOrder(member(), facts, AT);

        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
    );
  });
});
