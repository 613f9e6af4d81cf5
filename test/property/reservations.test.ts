import fc from "fast-check";
import { expect, test } from "vitest";
import { CounterBook, type CounterState } from "../../src/members/counter-book.ts";
import type { Reservation } from "../../src/members/reservation.ts";
import { type Counter, counterId } from "../../src/rules/limits/counter.ts";

const COUNTER: Counter = { for: "program", key: "r life uses", period: "-infinity" };
const ID = counterId(COUNTER);
const AT_MOST = 10;
const MEMBERS = 4;

type Step = { member: number; what: "reserve" | "use" | "release" | "refused use"; amount: number };
const steps = fc.array(
  fc.record<Step>({
    member: fc.integer({ min: 0, max: MEMBERS - 1 }),
    what: fc.constantFrom("reserve", "use", "release", "refused use"),
    amount: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 40 },
);

test("used and held together never pass what a counter lets through, and what is held is what members hold", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const state: CounterState = { ...COUNTER, used: 0, reserved: 0 };
      const states = new Map([[ID, state]]);
      const held: (Reservation | null)[] = Array(MEMBERS).fill(null);
      let taken = 0;
      for (const { member, what, amount } of sequence) {
        const before = held[member] ?? null;
        const book = new CounterBook(new Map(), states, before);
        // As a limit does it: so much as is left, for whoever asks.
        const given = Math.min(amount, AT_MOST - book.used(COUNTER));
        expect(given).toBeGreaterThanOrEqual(Math.min(amount, before?.uses.get(ID)?.amount ?? 0));
        if (what === "reserve" && given > 0)
          book.reserve({ quoteId: "q", expiresAt: 1, uses: new Map([[ID, { ...COUNTER, amount: given }]]) });
        if (what === "release") book.reserve(null);
        if (what !== "reserve" && what !== "release" && given > 0) book.take([{ ...COUNTER, amount: given }]);
        if (what !== "refused use") {
          book.keep();
          held[member] = book.reservation;
          if (what === "use") taken += Math.max(0, given);
        }
        const now = states.get(ID);
        expect(now?.used).toBe(taken);
        expect(now?.reserved).toBe(held.reduce((sum, reservation) => sum + (reservation?.uses.get(ID)?.amount ?? 0), 0));
        expect((now?.used ?? 0) + (now?.reserved ?? 0)).toBeLessThanOrEqual(AT_MOST);
      }
    }),
  );
});
