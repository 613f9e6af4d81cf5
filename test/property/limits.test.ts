import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CounterBook, type CounterStates } from "../../src/members/counter-book.ts";
import { keptOf } from "../../src/orders/kept.ts";
import type { OrderState } from "../../src/orders/order-state.ts";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import type { CartFacts, Decision, UseDecision } from "../../src/rules/decision.ts";
import { counterId } from "../../src/rules/limits/counter.ts";
import { AT, member } from "../support/rules.ts";
import { counterBook } from "../support/used-counters.ts";
import { cart, program } from "./arbitraries.ts";

const NEXT_MONTH = new Date("2026-03-31T16:00:00Z");

type Placed = { member: string; facts: CartFacts; decision: Decision; returned: Record<string, number> };

/** An order or a return, of one of two members, on one of two days of different months. */
type Step = { facts: CartFacts; member: "ada" | "bob"; at: Date; kind: "place" | "return" | "cancel"; pick: number; share: number };

const step: fc.Arbitrary<Step> = fc.record({
  facts: cart,
  member: fc.constantFrom("ada" as const, "bob" as const),
  at: fc.constantFrom(AT, NEXT_MONTH),
  kind: fc.constantFrom("place" as const, "place" as const, "return" as const, "cancel" as const),
  pick: fc.nat(),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

const keptUses = ({ facts, decision, returned }: Placed): number[] =>
  keptOf({ cart: facts as unknown as OrderState["cart"], decision }, returned).uses;

/** The model: the counters of two members and those they share, and the orders so far. */
class Shop {
  readonly orders: Placed[] = [];
  readonly shared: CounterStates;
  readonly own: ReadonlyMap<string, CounterStates>;
  readonly #program: CompiledProgram;

  constructor(compiled: CompiledProgram) {
    this.#program = compiled;
    const zeros = () => counterBook(compiled, AT, NEXT_MONTH);
    this.shared = new Map(zeros().program.entries());
    this.own = new Map(["ada", "bob"].map((who) => [who, new Map(zeros().member.entries())]));
  }

  take({ facts, member: who, at, kind, pick, share }: Step): void {
    if (kind === "place") {
      const book = this.#bookOf(who);
      const decision = this.#program.decideOrder(member({ id: who }), facts, at, book);
      book.take(decision.uses ?? []);
      book.keep();
      this.orders.push({ member: who, facts, decision, returned: {} });
      return;
    }
    const order = this.orders[pick % Math.max(1, this.orders.length)];
    if (order === undefined) return;
    const before = keptUses(order);
    for (const { line, quantity } of order.facts.lines) {
      const left = quantity - (order.returned[line] ?? 0);
      order.returned[line] = (order.returned[line] ?? 0) + (kind === "cancel" ? left : Math.floor(left * share));
    }
    const after = keptUses(order);
    const uses = order.decision.uses ?? [];
    const book = this.#bookOf(order.member);
    book.giveBack(uses.map((use, index) => ({ ...use, amount: (before[index] ?? 0) - (after[index] ?? 0) })));
    book.keep();
  }

  /** What is used of each counter by what is kept of the orders. */
  expected(owner: string | null): Map<string, number> {
    const sums = new Map<string, number>();
    for (const order of this.orders) {
      const kept = keptUses(order);
      for (const [index, use] of (order.decision.uses ?? []).entries()) {
        if ((use.for === "program" ? null : order.member) !== owner) continue;
        sums.set(counterId(use), (sums.get(counterId(use)) ?? 0) + (kept[index] ?? 0));
      }
    }
    return sums;
  }

  /** As for one command; what it keeps the next one sees. */
  #bookOf(who: string): CounterBook {
    return new CounterBook(this.own.get(who) ?? new Map(), this.shared);
  }
}

/** The most that a counter may show, by the limit that it belongs to. */
function atMostOf({ definition }: CompiledProgram, use: Pick<UseDecision, "for" | "key">): number {
  const [rule, per, of] = use.key.split(" ");
  const own = definition.rules.find(({ id }) => id === rule);
  const limits = use.for === "program" ? (own?.budgets ?? []) : (own?.caps ?? []).filter((cap) => cap.for === "member");
  return limits.find((limit) => limit.of === of && (limit.per ?? "life") === per)?.atMost ?? 0;
}

describe("limits", () => {
  test("are never passed, never below 0, and what is used is what the orders keep, in any interleaving", () => {
    fc.assert(
      fc.property(program, fc.array(step, { minLength: 1, maxLength: 12 }), (compiled, steps) => {
        const shop = new Shop(compiled);
        for (const each of steps) {
          shop.take(each);
          for (const [who, states] of [...shop.own, [null, shop.shared] as const]) {
            const expected = shop.expected(who);
            for (const [id, { key, used }] of states) {
              expect(used).toBe(expected.get(id) ?? 0);
              expect(used).toBeLessThanOrEqual(atMostOf(compiled, { for: who === null ? "program" : "member", key }));
            }
          }
        }
      }),
    );
  });

  test("of which returns give back what they undo: in any parts, never below 0, and all of it in the end", () => {
    fc.assert(
      fc.property(program, cart, fc.array(fc.nat(), { maxLength: 8 }), (compiled, facts, parts) => {
        const decision = compiled.decideOrder(member(), facts, AT, counterBook(compiled, AT));
        const order: Placed = { member: "ada", facts, decision, returned: {} };
        const uses = decision.uses ?? [];
        let before = keptUses(order);
        expect(before).toEqual(uses.map(({ amount }) => amount));

        for (const part of parts) {
          const line = facts.lines[part % facts.lines.length];
          if (line === undefined || (order.returned[line.line] ?? 0) === line.quantity) continue;
          order.returned[line.line] = (order.returned[line.line] ?? 0) + 1;
          const after = keptUses(order);
          for (const [index, kept] of after.entries()) {
            expect(kept).toBeGreaterThanOrEqual(0);
            expect(kept).toBeLessThanOrEqual(before[index] ?? 0);
          }
          before = after;
        }
        for (const { line, quantity } of facts.lines) order.returned[line] = quantity;
        expect(keptUses(order)).toEqual(uses.map(({ amount, returns }) => (returns === "keep" ? amount : 0)));
      }),
    );
  });

  test("never let a rule give more on an order than it says", () => {
    fc.assert(
      fc.property(program, cart, (compiled, facts) => {
        const { discounts, effects, accruals } = compiled.decideOrder(member(), facts, AT, counterBook(compiled, AT));
        for (const { id, caps = [] } of compiled.definition.rules) {
          for (const { of, atMost } of caps) {
            if (of === "money") {
              const price = discounts.filter(({ rule }) => rule === id).reduce((sum, { amount }) => sum + amount, 0);
              const shipping = effects.reduce((sum, effect) => (effect.rule === id && "amount" in effect ? sum + effect.amount : sum), 0);
              expect(price + shipping).toBeLessThanOrEqual(atMost);
            }
            if (of === "points") {
              const parts = accruals.flatMap(({ limited = [] }) => limited.filter(({ rule }) => rule === id));
              expect(parts.reduce((sum, { points }) => sum + points, 0)).toBeLessThanOrEqual(atMost);
            }
          }
        }
      }),
    );
  });
});
