import fc from "fast-check";
import { expect, test } from "vitest";
import { grantLot } from "../../src/ledger/grant.ts";
import { movePoints } from "../../src/ledger/move.ts";
import { settle } from "../../src/ledger/settle.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { MemberDraft } from "../../src/members/member-draft.ts";
import { unknownMember } from "../../src/members/member-state.ts";

const DAY = 86_400_000;
const MEMBERS = 3;

type Step = { from: number; by: number; share: number; days: number };
const steps = fc.array(
  fc.record({
    from: fc.nat(MEMBERS - 1),
    by: fc.integer({ min: 1, max: MEMBERS - 1 }),
    share: fc.integer({ min: 1, max: 100 }),
    days: fc.nat(20),
  }),
  { maxLength: 30 },
);
const lots = fc.array(fc.record({ points: fc.integer({ min: 1, max: 1000 }), days: fc.option(fc.integer({ min: 1, max: 300 })) }), {
  minLength: MEMBERS,
  maxLength: 9,
});

test("whatever is given to whom, no point is made or lost, and none lives longer", () => {
  fc.assert(
    fc.property(lots, steps, (granted, given: Step[]) => {
      const members = Array.from({ length: MEMBERS }, (_, n) => new MemberDraft(unknownMember(n + 1, `m${n}`)));
      const member = (n: number) => members[n % MEMBERS] as MemberDraft;
      const movement = { wallet: 1, ruleSet: 1, source: { kind: "opening", id: "o" } } as const;
      for (const [n, { points, days }] of granted.entries()) {
        const expiresAt = days === null ? NEVER : days * DAY;
        grantLot(member(n), { ...movement, kind: "opening", points, occurredAt: 0, availableAt: 0, expiresAt }, 0);
      }
      const sum = (of: (draft: MemberDraft) => number) => members.reduce((total, draft) => total + of(draft), 0);
      const living = (at: number) =>
        granted.reduce((total, { points, days }) => total + (days === null || days * DAY > at ? points : 0), 0);

      let now = 0;
      for (const { from, by, share, days } of given) {
        now += days * DAY;
        for (const draft of members) settle(draft, now, 1);
        const points = Math.floor((member(from).wallet(1).available * share) / 100);
        if (points === 0) continue;
        movePoints(member(from), member(from + by), { ...movement, points, occurredAt: now, source: { kind: "transfer", id: "t" } });
        expect(sum((draft) => draft.wallet(1).available)).toBe(living(now));
        for (const draft of members) {
          const inLots = [...draft.lots.values()].reduce((total, { remaining }) => total + remaining, 0);
          expect(inLots).toBe(draft.wallet(1).available);
        }
      }
      const clearing = members
        .flatMap(({ rows }) => rows.entries)
        .reduce((total, { from, to, points }) => {
          if (to === "clearing") return total + points;
          return from === "clearing" ? total - points : total;
        }, 0);
      expect(clearing).toBe(0);
    }),
    { numRuns: 300 },
  );
});
