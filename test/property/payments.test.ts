import fc from "fast-check";
import { expect, test } from "vitest";
import { keptOf } from "../../src/orders/kept.ts";
import type { PaymentTerms } from "../../src/rules/decision.ts";
import { AT, cart, line, member, programOf } from "../support/rules.ts";

const compiled = programOf({ rules: [{ id: "off", effects: [{ kind: "discount_percent", percent: 7 }] }] });

/** Rates from a thousand points for a minor unit to a point for a thousand of them. */
const terms: fc.Arbitrary<PaymentTerms> = fc
  .record({
    rate: fc.constantFrom(
      { points: 1000, amount: 1 },
      { points: 100, amount: 100 },
      { points: 3, amount: 2 },
      { points: 1, amount: 7 },
      { points: 1, amount: 1000 },
    ),
    maxShareBps: fc.integer({ min: 1, max: 5000 }),
    earnOnPointsPaid: fc.boolean(),
  })
  .map(({ rate, ...rest }) => {
    const step = rate.points === rate.amount ? 1 : rate.points;
    return { ...rate, ...rest, step, minimum: step };
  });

const lines = fc
  .array(
    fc.record({
      unitPrice: fc.integer({ min: 0, max: 20_000 }),
      quantity: fc.integer({ min: 1, max: 4 }),
      taxPercent: fc.integer({ min: 0, max: 25 }),
    }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((all) =>
    all.map(({ unitPrice, quantity, taxPercent }, index) =>
      line(index + 1, unitPrice, { quantity, tax: Math.floor((unitPrice * quantity * taxPercent) / 100) }),
    ),
  );

/** An order that is paid with points, and its units in some order of coming back, some at a time. */
const paidOrder = fc.tuple(terms, lines, fc.constantFrom(300, 10_000_000)).chain(([offered, all, spendable]) => {
  const payment = { wallet: "points", terms: offered, points: "most", spendable } as const;
  const decision = compiled.decideOrder(member(), cart(all, { payment }), AT);
  const units = all.flatMap(({ line: number, quantity }) => Array.from({ length: quantity }, () => number));
  return fc.record({
    order: fc.constant({ cart: { lines: all }, decision } as unknown as Parameters<typeof keptOf>[0]),
    units: fc.shuffledSubarray(units, { minLength: units.length, maxLength: units.length }),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: units.length, maxLength: units.length }),
  });
});

test("whatever is returned in whatever parts: points and amounts come back never below nothing, never twice, and in the end all", () => {
  fc.assert(
    fc.property(paidOrder, ({ order, units, sizes }) => {
      const { payment, totals } = order.decision;
      const returned: Record<string, number> = {};
      let before = keptOf(order, returned);
      expect(before.paid).toEqual({ points: payment?.points, amount: payment?.amount });
      const back = { points: 0, amount: 0, refund: 0 };
      for (let gone = 0, step = 0; gone < units.length; step += 1) {
        const now = units.slice(gone, gone + (sizes[step] ?? 1));
        gone += now.length;
        for (const unit of now) returned[unit] = (returned[unit] ?? 0) + 1;
        const after = keptOf(order, returned);
        const points = before.paid.points - after.paid.points;
        const amount = before.paid.amount - after.paid.amount;
        const refund = before.net - after.net - amount;
        expect(Math.min(points, amount, refund)).toBeGreaterThanOrEqual(0);
        back.points += points;
        back.amount += amount;
        back.refund += refund;
        expect(back.points).toBeLessThanOrEqual(payment?.points ?? 0);
        before = after;
      }
      expect(back).toEqual({ points: payment?.points, amount: payment?.amount, refund: totals.net - (payment?.amount ?? 0) });
    }),
    { numRuns: 300 },
  );
});

test("a payment is exact, within its share, in whole steps, and its lines sum to it", () => {
  fc.assert(
    fc.property(fc.tuple(terms, lines, fc.nat(2_000_000)), ([offered, all, spendable]) => {
      const payment = { wallet: "points", terms: offered, points: "most", spendable } as const;
      const { payment: paid, totals, lines: decided } = compiled.decideOrder(member(), cart(all, { payment }), AT);
      const { points = 0, amount = 0 } = paid ?? {};

      expect(BigInt(points) * BigInt(offered.amount)).toBe(BigInt(amount) * BigInt(offered.points));
      expect(points % offered.step).toBe(0);
      expect(points).toBeLessThanOrEqual(spendable);
      expect(BigInt(amount) * 10_000n).toBeLessThanOrEqual(BigInt(totals.net) * BigInt(offered.maxShareBps));
      expect(paid?.lines.reduce((sum, part) => sum + part.amount, 0)).toBe(amount);
      for (const { net, base, earning = base } of decided) expect(earning >= 0 && earning <= base && base <= net).toBe(true);
    }),
    { numRuns: 300 },
  );
});
