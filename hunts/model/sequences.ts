import fc from "fast-check";
import { cancelRedemption, merge, redeem, reverse } from "./ending-steps.ts";
import { found, join, leave } from "./household-steps.ts";
import type { Step } from "./step.ts";
import { adjust, cancel, complete, confirm, giveBack, hold, payWithPoints, place, replay, resolve, sweep, transfer } from "./steps.ts";

/** Mostly the first, so that much happens to one wallet. */
const member = fc.oneof(
  { weight: 4, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.constant(2) },
  { weight: 1, arbitrary: fc.constant(3) },
);
const number = fc.nat({ max: 20 });
const line = fc.record({ quantity: fc.integer({ min: 1, max: 5 }), unitPrice: fc.integer({ min: 0, max: 4_000 }) });
const lines = fc.array(line, { minLength: 1, maxLength: 3 });
// Now and then more than there is, and parts of a step.
const paying = fc.oneof(
  fc.constant("most" as const),
  fc.record({ percent: fc.integer({ min: 1, max: 110 }), isWhole: fc.constantFrom(true, true, true, false) }),
);

/** Every kind of step; orders more often, since the others need them. */
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(member, lines).map(([who, bought]) => place(who, bought)) },
  { weight: 3, arbitrary: fc.tuple(member, lines, paying).map(([who, bought, how]) => payWithPoints(who, bought, how)) },
  {
    weight: 3,
    arbitrary: fc.tuple(number, number, fc.integer({ min: 1, max: 3 })).map(([n, lineSeed, quantity]) => giveBack(n, lineSeed, quantity)),
  },
  { weight: 2, arbitrary: number.map(complete) },
  { weight: 2, arbitrary: number.map(confirm) },
  { weight: 1, arbitrary: number.map(cancel) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(member, fc.integer({ min: -60, max: 120 }), fc.constantFrom<"refuse" | "debt">("refuse", "debt"))
      .filter(([, points]) => points !== 0)
      .map(([who, points, shortfall]) => adjust(who, points, shortfall)),
  },
  {
    weight: 2,
    // Now and then to oneself, which is refused.
    arbitrary: fc
      .tuple(member, fc.constantFrom(0, 1, 1, 2, 2), fc.integer({ min: 1, max: 110 }))
      .map(([from, away, percent]) => transfer(from, ((from + away - 1) % 3) + 1, percent)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(member, fc.integer({ min: 1, max: 110 }), fc.integer({ min: 1, max: 24 * 10 }))
      .map(([who, percent, hours]) => hold(who, percent, hours)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(number, fc.integer({ min: -40, max: 110 })).map(([n, percent]) => resolve(n, Math.max(0, percent))),
  },
  { weight: 2, arbitrary: fc.tuple(member, fc.integer({ min: 1, max: 110 })).map(([who, percent]) => redeem(who, percent)) },
  { weight: 2, arbitrary: number.map(cancelRedemption) },
  { weight: 2, arbitrary: fc.tuple(number, fc.constantFrom<"refuse" | "debt">("refuse", "debt")).map(([n, how]) => reverse(n, how)) },
  // Now and then with oneself, which is refused.
  { weight: 1, arbitrary: fc.tuple(member, fc.integer({ min: 1, max: 3 })).map(([from, into]) => merge(from, into)) },
  { weight: 1, arbitrary: member.map(found) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 0, 0, 1), fc.integer({ min: 1, max: 3 }), fc.constantFrom(true, true, false))
      .map(([n, who, maySpend]) => join(n, who, maySpend)),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(0, 0, 0, 1), fc.integer({ min: 1, max: 3 })).map(([n, who]) => leave(n, who)) },
  { weight: 1, arbitrary: number.map(replay) },
  { weight: 1, arbitrary: member.map(sweep) },
);

/** Who is in a household from the beginning: nobody in every other sequence, so that members merge too. */
const households = fc.constantFrom<Step[]>(
  [],
  [],
  [],
  [found(1), join(0, 2, true)],
  [found(2), join(0, 1, true)],
  [found(1), join(0, 2, false), join(0, 3, true)],
);
const gift = fc.integer({ min: 40, max: 160 });
const begun = (who: number, points: number): Step[] => [
  place(who, [{ quantity: 3, unitPrice: 2_500 * who }]),
  adjust(who, points, "refuse"),
];

/** What a sequence begins with: members who have an order and points to spend, and one who pays with some. */
const beginning = fc
  .tuple(gift, gift, gift, households, lines, paying)
  .map(([first, second, third, household, bought, how]) => [
    begun(1, first),
    begun(2, second),
    [...begun(3, third), ...household, payWithPoints(1, bought, how)],
  ]);

/** A sequence in rounds: what the steps of a round leave is looked at once all of them are taken, which is one but at the beginning. */
export type Sequence = Step[][];

export const ROUNDS = 20;
const BEGINNING_ROUNDS = 3;
const FURTHER_ROUNDS = ROUNDS - BEGINNING_ROUNDS;

const further = fc.array(
  anyStep.map((step) => [step]),
  { minLength: FURTHER_ROUNDS, maxLength: FURTHER_ROUNDS, size: "max" },
);

export const sequence: fc.Arbitrary<Sequence> = fc.tuple(beginning, further).map((parts) => parts.flat());

/** Hours that pass before a round: short ones, so that points are spent before they expire, and long ones. */
const wait = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 24 }) },
  { weight: 1, arbitrary: fc.integer({ min: 25, max: 24 * 5 }) },
);

/** Of the whole. Members begin one after the other: of points with the same dates nothing says whose go first. */
export const waits: fc.Arbitrary<number[]> = fc
  .array(wait, { minLength: ROUNDS, maxLength: ROUNDS })
  .map((hours) => hours.map((passed, round) => (round > 0 && round < BEGINNING_ROUNDS ? Math.max(1, passed) : passed)));
