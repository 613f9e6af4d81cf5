import { describe, expect, test } from "vitest";
import { resolveHold } from "../../src/ledger/resolve-hold.ts";
import { nextChangeAt, settle } from "../../src/ledger/settle.ts";
import { type HoldState, type LotState, NEVER } from "../../src/ledger/state.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";

const NOW = at("2026-03-01T00:00:00Z");
const events = (draft: MemberDraft) => draft.rows.events.map(({ type, data, occurredAt }) => ({ type, data, occurredAt }));

describe("a hold", () => {
  const uses = [
    { lot: 1, points: 4 },
    { lot: 2, points: 6 },
  ];
  const holdOf = (over: Partial<HoldState> = {}): HoldState => ({
    id: "H1",
    wallet: 1,
    points: 10,
    captured: 0,
    status: "open",
    reason: null,
    createdAt: NOW - 9,
    expiresAt: NOW,
    resolvedAt: null,
    uses,
    ...over,
  });
  const holder = (over: Partial<HoldState> = {}, lot: Partial<LotState> = {}) => {
    const draft = draftOf([lotOf(1, 5, { held: 4, ...lot }), lotOf(2, 6, { held: 6 })]);
    draft.holds.set("H1", holdOf(over));
    draft.nextChangeAt = NOW;
    return draft;
  };
  const resolved = (captured: number, lot: Partial<LotState> = {}) => {
    const draft = holder({}, lot);
    resolveHold(draft, "H1", { status: "captured", captured, at: NOW - 1, now: NOW, ruleSet: 7 });
    return draft;
  };

  test.each([
    [10, ["capture held→redeemed 10"], [1, 0]],
    [5, ["capture held→redeemed 5", "release held→available 5"], [1, 5]],
    [4, ["capture held→redeemed 4", "release held→available 6"], [1, 6]],
    [0, ["release held→available 10"], [5, 6]],
  ])("of which %i are captured", (captured, moved, remaining) => {
    const draft = resolved(captured);

    expect(movements(draft)).toEqual(moved);
    expect([1, 2].map((seq) => draft.lots.get(seq)?.remaining)).toEqual(remaining);
    expect([1, 2].map((seq) => draft.lots.get(seq)?.held)).toEqual([0, 0]);
    expect(draft.wallet(1)).toMatchObject({ held: 0, redeemedTotal: captured, available: 11 - captured });
    expect(draft.holds.get("H1")).toMatchObject({ status: "captured", captured, resolvedAt: NOW - 1 });
    expect(events(draft)).toEqual([
      { type: "hold.captured", occurredAt: NOW - 1, data: { holdId: "H1", captured, released: 10 - captured } },
    ]);
  });

  test("says of each lot what was spent and what was freed", () => {
    expect(resolved(5).rows.entries).toMatchObject([
      {
        from: "held",
        occurredAt: NOW - 1,
        source: { kind: "hold", id: "H1" },
        ruleSet: 7,
        uses: [
          { lot: 1, points: 4 },
          { lot: 2, points: 1 },
        ],
      },
      { source: { kind: "hold", id: "H1" }, uses: [{ lot: 2, points: 5 }] },
    ]);
    expect(resolved(4).rows.entries.map(({ uses: used }) => used)).toEqual([[{ lot: 1, points: 4 }], [{ lot: 2, points: 6 }]]);
  });

  test("freed points whose date has passed expire", () => {
    expect(movements(resolved(0, { expiresAt: NOW }))).toEqual(["release held→available 10", "expiry available→breakage 5"]);
  });

  test("ends once, and spends no more than it holds", () => {
    const end = (draft: MemberDraft, id: string, captured: number) => () =>
      resolveHold(draft, id, { status: "released", captured, at: NOW, now: NOW, ruleSet: 7 });
    expect(end(holder({ status: "released" }), "H1", 0)).toThrow("only an open hold is resolved");
    expect(end(holder(), "H2", 0)).toThrow("only an open hold is resolved");
    expect(end(holder(), "H1", 11)).toThrow("no more is captured than is held");
  });

  test("ends with its time, and what is held expires after that", () => {
    const draft = holder({}, { expiresAt: NOW });
    settle(draft, NOW, 7);
    expect(movements(draft).toSorted()).toEqual([
      "expiry available→breakage 1",
      "expiry available→breakage 4",
      "release held→available 10",
    ]);
    expect(draft.wallet(1)).toMatchObject({ held: 0, available: 6, expiredTotal: 5 });
    expect(draft.holds.get("H1")).toMatchObject({ status: "expired", captured: 0 });
    expect(draft.nextChangeAt).toBe(NEVER);
  });

  test("that is open or not yet over is left alone", () => {
    const later = holder({ expiresAt: NOW + 1 });
    settle(later, NOW, 7);
    expect(movements(later)).toEqual([]);
    expect(later.nextChangeAt).toBe(NOW + 1);

    const closed = holder({ status: "captured" });
    settle(closed, NOW, 7);
    expect(movements(closed)).toEqual([]);
  });

  test("is a change to come while it is open, and so is what is free of a lot", () => {
    expect(nextChangeAt([], [holdOf(), holdOf({ expiresAt: NOW - 5, status: "released" })])).toBe(NOW);
    expect(nextChangeAt([], [holdOf(), holdOf({ expiresAt: NOW - 5 })])).toBe(NOW - 5);
    expect(nextChangeAt([lotOf(1, 5, { held: 5, expiresAt: NOW })], [])).toBe(NEVER);
    expect(nextChangeAt([lotOf(1, 5, { availableAt: NOW - 9, expiresAt: NOW })], [])).toBe(NOW);
  });
});
