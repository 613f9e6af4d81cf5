import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CartFacts, Decision } from "../../src/rules/decision.ts";
import { keptNet, keptPoints } from "../../src/rules/kept.ts";
import { AT, member } from "../support/rules.ts";
import { cart, program } from "./arbitraries.ts";

/** An order with its units in some order of coming back, in some number of returns. */
const returned = fc.tuple(program, cart).chain(([compiled, facts]) => {
  const units = facts.lines.flatMap(({ line, quantity }) => Array.from({ length: quantity }, () => line));
  return fc.record({
    facts: fc.constant(facts),
    decision: fc.constant(compiled.decideOrder(member(), facts, AT)),
    units: fc.shuffledSubarray(units, { minLength: units.length, maxLength: units.length }),
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: units.length, maxLength: units.length }),
  });
});

type Returned = { facts: CartFacts; decision: Decision };

/** Net and points that are kept once these units are gone. */
function keptAfter({ facts, decision }: Returned, units: readonly number[]) {
  const lines = decision.lines.map(({ line, net, base }) => {
    const quantity = facts.lines.find((item) => item.line === line)?.quantity ?? 0;
    const gone = units.filter((unit) => unit === line).length;
    return { line, net: keptNet(net, quantity, gone), base: keptNet(base, quantity, gone), units: quantity - gone };
  });
  const net = lines.reduce((sum, line) => sum + line.net, 0);
  const isAnythingKept = units.length < facts.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const share = { keptNet: net, net: decision.totals.net, isAnythingKept };
  const kept = new Map(lines.map((line) => [line.line, line]));
  return { net, points: decision.accruals.map((accrual) => keptPoints(accrual, kept, share)) };
}

describe("returns", () => {
  test("nothing returned keeps everything", () => {
    fc.assert(
      fc.property(returned, (order) => {
        expect(keptAfter(order, [])).toEqual({
          net: order.decision.totals.net,
          points: order.decision.accruals.map(({ points }) => points),
        });
      }),
    );
  });

  test("in any split each return takes back at least nothing, and together they take back all", () => {
    fc.assert(
      fc.property(returned, (order) => {
        let before = keptAfter(order, []);
        const taken = { net: 0, points: before.points.map(() => 0) };
        for (let gone = 0, step = 0; gone < order.units.length; step += 1) {
          gone = Math.min(order.units.length, gone + (order.sizes[step] ?? 1));
          const after = keptAfter(order, order.units.slice(0, gone));
          expect(after.net).toBeLessThanOrEqual(before.net);
          taken.net += before.net - after.net;
          for (const [wallet, points] of after.points.entries()) {
            const clawedBack = (before.points[wallet] ?? 0) - points;
            expect(clawedBack).toBeGreaterThanOrEqual(0);
            taken.points[wallet] = (taken.points[wallet] ?? 0) + clawedBack;
          }
          before = after;
        }

        expect(before).toEqual({ net: 0, points: order.decision.accruals.map(() => 0) });
        expect(taken).toEqual({ net: order.decision.totals.net, points: order.decision.accruals.map(({ points }) => points) });
      }),
    );
  });

  test("what is kept does not depend on how it was split", () => {
    fc.assert(
      fc.property(returned, fc.nat(), (order, at) => {
        const some = order.units.slice(0, at % (order.units.length + 1));

        expect(keptAfter(order, some.toReversed())).toEqual(keptAfter(order, some));
      }),
    );
  });
});
