import { expect, test } from "vitest";
import { moveDebt, moveLots, moveLotsBack } from "../../src/ledger/move-lots.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";

const NOW = at("2026-03-01T00:00:00Z");
const MOVE = { occurredAt: NOW, source: { kind: "merge", id: "m" }, ruleSet: 3 } as const;

const LOTS = [
  lotOf(4, 100, { remaining: 60, clawedBack: 10, expired: 5, expiresAt: NOW + 9 }),
  lotOf(7, 30, { remaining: 0 }),
  lotOf(8, 20, { isPending: true, availableAt: NOW + 5 }),
];

test("lots arrive with all that they granted, and what was gone of them leaves again", () => {
  const [from, to] = [draftOf(LOTS), draftOf([lotOf(1, 7)])];

  const arrived = moveLots(from, to, LOTS, { ...MOVE, ruleSets: new Map([[4, 1]]) });

  expect(movements(from)).toEqual(["transfer_out available→clearing 60", "transfer_out pending→clearing 20"]);
  expect(movements(to)).toEqual([
    "transfer_in clearing→available 100",
    "transfer_in clearing→available 30",
    "transfer_out available→clearing 70",
    "transfer_in clearing→pending 20",
  ]);
  expect(to.rows.entries.map(({ ruleSet, uses }) => [ruleSet, uses.length])).toEqual([
    [1, 0],
    [3, 0],
    [3, 2],
    [3, 0],
  ]);
  expect(arrived.map(({ seq, from: { seq: former }, points }) => [former, seq, points])).toEqual([
    [4, 2, 60],
    [7, 3, 0],
    [8, 5, 20],
  ]);
  expect(to.lots.get(2)).toEqual({ ...LOTS[0], seq: 2 });
  expect([from.wallet(1), to.wallet(1)]).toMatchObject([
    { available: 0, pending: 0 },
    { available: 67, pending: 20, accruedTotal: 7 },
  ]);
  expect([from.nextChangeAt, to.nextChangeAt]).toEqual([NEVER, NOW + 5]);
});

test("and go back into the very lots, also where they have become available meanwhile", () => {
  const [from, to] = [draftOf(LOTS), draftOf([lotOf(1, 7)])];
  const before = [from, to].map((draft) => ({ ...draft.wallet(1) }));
  const arrived = moveLots(from, to, LOTS, { ...MOVE, ruleSets: new Map() });
  const activated = to.lots.edit(5);
  if (activated !== undefined) activated.isPending = false;
  Object.assign(to.editWallet(1), { available: 87, pending: 0 });

  moveLotsBack(
    to,
    from,
    arrived.map(({ seq, from: { seq: fromSeq }, points }) => ({ seq, fromSeq, points })),
    MOVE,
  );

  expect([from, to].map((draft) => draft.wallet(1))).toEqual(before);
  expect(LOTS.map(({ seq }) => from.lots.get(seq))).toEqual(LOTS);
  expect([2, 3, 5].map((seq) => to.lots.get(seq)?.remaining)).toEqual([0, 0, 0]);
  expect(movements(from).slice(2)).toEqual(["give_back clearing→available 60", "give_back clearing→pending 20"]);
  expect(from.nextChangeAt).toBe(NOW + 5);
});

test("what one owes is owed by the other", () => {
  const [from, to] = [draftOf([], { debt: 12 }), draftOf([], { debt: 3 })];

  moveDebt(from, to, { wallet: 1, points: 12 }, MOVE);

  expect([from.wallet(1).debt, to.wallet(1).debt]).toEqual([0, 15]);
  expect([from, to].flatMap(movements)).toEqual(["debt_repayment clearing→debt 12", "transfer_out debt→clearing 12"]);

  moveDebt(from, to, { wallet: 1, points: 0 }, MOVE);
  expect([from, to].flatMap(movements)).toHaveLength(2);
});

test("lots that are empty move, and no point with them", () => {
  const empty = [lotOf(4, 100, { remaining: 0, expiresAt: NOW + 9 })];
  const [from, to] = [draftOf(empty), draftOf([])];

  const [arrived] = moveLots(from, to, empty, { ...MOVE, ruleSets: new Map() });

  expect([movements(from), movements(to)]).toEqual([[], ["transfer_in clearing→available 100", "transfer_out available→clearing 100"]]);
  expect(to.nextChangeAt).toBe(NEVER);

  moveLotsBack(to, from, [{ seq: arrived?.seq ?? 0, fromSeq: 4, points: 0 }], MOVE);
  expect([movements(from).length, movements(to).length]).toEqual([0, 2]);
});

test("what goes back leaves as a transfer", () => {
  const [from, to] = [draftOf(LOTS), draftOf([])];
  const arrived = moveLots(from, to, LOTS.slice(2), { ...MOVE, ruleSets: new Map() });

  moveLotsBack(
    to,
    from,
    arrived.map(({ seq, points }) => ({ seq, fromSeq: 8, points })),
    MOVE,
  );

  expect(movements(to)).toEqual(["transfer_in clearing→pending 20", "transfer_out pending→clearing 20"]);
});

test("a lot of which something is held does not move", () => {
  const held = [lotOf(4, 10, { held: 1 })];
  const from = draftOf([...held, lotOf(5, 10)]);
  expect(() => moveLots(from, draftOf([]), held, { ...MOVE, ruleSets: new Map() })).toThrow("nothing of a lot that moves is held");
});
