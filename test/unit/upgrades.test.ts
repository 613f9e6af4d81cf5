import { describe, expect, test } from "vitest";
import { dateToDay } from "../../src/core/period.ts";
import { NEVER } from "../../src/ledger/state.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import { decideBuyUpgrade } from "../../src/tiers/decide-buy-upgrade.ts";
import { reachGoals, takeUpgrade, upgradeFrom, upgradeMetric } from "../../src/tiers/upgrades.ts";
import { recordActivity, rollWindows } from "../../src/tiers/windows.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";
import { programOf } from "../support/rules.ts";

const NOW = at("2026-03-10T04:00:00Z");
const DAY = dateToDay("2026-03-10");
const visits = { any: [{ metric: "orders", window: "7d", atLeast: 2 }] };
const program = programOf({
  timeZone: "UTC",
  wallets: [{ id: "points" }],
  tiers: [{ id: "base" }, { id: "silver" }, { id: "gold" }, { id: "platinum" }],
  upgrades: [
    { id: "step", price: { wallet: "points", points: 100 }, limit: { times: 2, per: "month" } },
    { id: "leap", steps: 2, upTo: "gold", from: ["base", "silver"], price: { wallet: "points", points: 300 } },
    { id: "goal", goal: visits, limit: { times: 1, per: "year" } },
  ],
});
const upgrade = (id: string) => {
  const found = program.definition.upgrades?.find((definition) => definition.id === id);
  if (found === undefined) throw new Error(`no upgrade ${id}`);
  return found;
};
const wallets = { byId: new Map([["points", 1]]), byNumber: new Map([[1, "points"]]) };
const context = { program, wallets, now: NOW };
const cause = { sourceId: "O1", occurredAt: NOW };

function memberOf(tier: string, points = 1000): MemberDraft {
  const draft = draftOf([lotOf(1, points)]);
  draft.tier = tier;
  return draft;
}

describe("upgradeFrom", () => {
  test.each([
    ["step", "base", { to: "silver" }],
    ["step", "gold", { to: "platinum" }],
    ["step", "platinum", { reason: "top_reached" }],
    ["leap", "base", { to: "gold" }],
    ["leap", "silver", { to: "gold" }],
    ["leap", "gold", { reason: "not_from_this_tier" }],
  ])("%s from %s", (id, tier, found) => {
    expect(upgradeFrom(program, upgrade(id), tier, {})).toEqual(found);
  });

  test("leads no higher than it says, wherever it begins", () => {
    const { from: _, ...anywhere } = upgrade("leap");
    expect(upgradeFrom(program, anywhere, "gold", {})).toEqual({ reason: "top_reached" });
    expect(upgradeFrom(program, anywhere, "platinum", {})).toEqual({ reason: "top_reached" });
    expect(upgradeFrom(program, { ...anywhere, upTo: "gone" }, "base", {})).toEqual({ reason: "top_reached" });
  });

  test.each([
    [{}, { to: "silver" }],
    [{ "upgrade:step@month": 1 }, { to: "silver" }],
    [{ "upgrade:step@month": 2 }, { reason: "limit_used" }],
    [{ "upgrade:step@year": 2, "upgrade:leap@month": 2 }, { to: "silver" }],
  ])("as often as its limit lets it: with %j", (sums, found) => {
    expect(upgradeFrom(program, upgrade("step"), "base", sums)).toEqual(found);
  });
});

test("takeUpgrade lifts the member and counts", () => {
  const draft = memberOf("base");
  takeUpgrade(draft, program, DAY, upgrade("step"), "silver", { ...cause, cause: "purchase" });

  expect(draft.rows.tierChanges).toMatchObject([{ from: "base", to: "silver", cause: "purchase", sourceId: "O1", reason: "step" }]);
  expect([...draft.activity.values()]).toEqual([{ day: DAY, metric: "upgrade:step", amount: 1, added: 1 }]);
  expect(upgradeMetric("step")).toBe("upgrade:step");
});

describe("reachGoals", () => {
  const visited = (tier: string, ...dates: string[]) => {
    const draft = memberOf(tier);
    for (const date of dates) recordActivity(draft, program.windows, dateToDay(date), "orders", 1);
    return draft;
  };
  const reached = (draft: MemberDraft) =>
    draft.rows.tierChanges.map(({ to, cause: why, reason, occurredAt }) => [to, why, reason, occurredAt]);

  test("gives what is reached, as often as the limit lets it", () => {
    const draft = visited("base", "2026-03-09");
    reachGoals(draft, program, DAY, cause);
    expect(reached(draft)).toEqual([]);

    recordActivity(draft, program.windows, DAY, "orders", 1);
    reachGoals(draft, program, DAY, cause);
    reachGoals(draft, program, DAY, cause);
    expect(reached(draft)).toEqual([["silver", "goal", "goal", NOW]]);

    const gone = visited("gone", "2026-03-09", "2026-03-10");
    reachGoals(gone, program, DAY, cause);
    expect(gone.tier).toBe("silver");
    const top = visited("platinum", "2026-03-09", "2026-03-10");
    reachGoals(top, program, DAY, cause);
    expect(reached(top)).toEqual([]);
  });

  test("of an order that comes late are looked at as of its day and as of the latest", () => {
    const late = visited("base", "2026-03-09", "2026-03-05");
    rollWindows(late, program.windows, DAY);
    reachGoals(late, program, dateToDay("2026-03-05"), cause);
    expect(reached(late)).toEqual([["silver", "goal", "goal", at("2026-03-10T00:00:00Z")]]);

    const then = visited("base", "2026-02-01", "2026-02-02");
    rollWindows(then, program.windows, DAY);
    reachGoals(then, program, dateToDay("2026-02-02"), cause);
    expect(reached(then)).toEqual([["silver", "goal", "goal", NOW]]);

    const before = visited("base", "2026-02-01", "2026-02-02");
    rollWindows(before, program.windows, DAY);
    reachGoals(before, program, dateToDay("2026-02-01"), cause);
    expect(reached(before)).toEqual([]);
  });

  test("without a goal touch nothing", () => {
    const draft = memberOf("base");
    for (const upgrades of [undefined, [{ id: "step", price: { wallet: "points", points: 1 } }]])
      reachGoals(draft, programOf({ ...(upgrades && { upgrades }) }), DAY, cause);
    expect(draft.windows).toBeNull();
  });
});

describe("decideBuyUpgrade", () => {
  const buy = (draft: MemberDraft, id: string) =>
    decideBuyUpgrade(draft, { kind: "buy_upgrade", memberId: "M1", purchaseId: "P1", hash: "h", upgrade: id }, context);

  test("takes the points and lifts the member", () => {
    const draft = memberOf("base");

    const answer = buy(draft, "step");

    expect(answer).toEqual({
      id: "P1",
      memberId: "M1",
      upgrade: "step",
      price: { wallet: "points", points: 100 },
      tier: { before: "base", after: "silver" },
      balance: {
        wallets: { points: { available: 900, pending: 0, held: 0, debt: 0, accruedTotal: 1000, redeemedTotal: 100 } },
        version: 4,
      },
    });
    expect(movements(draft)).toEqual(["redemption available→redeemed 100"]);
    expect(draft.rows.entries[0]).toMatchObject({ source: { kind: "tier_upgrade", id: "P1" }, occurredAt: NOW });
    expect(draft.rows.tierChanges).toMatchObject([{ cause: "purchase", sourceId: "P1", reason: "step", occurredAt: NOW }]);
    expect(draft.rows.commands).toMatchObject([{ id: "P1", answer }]);
  });

  test("counts what was bought on its day", () => {
    const draft = memberOf("base");
    buy(draft, "step");
    buy(draft, "step");
    expect(() => buy(draft, "step")).toThrow(expect.objectContaining({ details: { upgrade: "step", tier: "gold", reason: "limit_used" } }));
  });

  test.each([
    ["goal", "base", { code: "upgrade_unavailable", details: { upgrade: "goal", tier: "base", reason: "not_for_sale" } }],
    ["leap", "gold", { code: "upgrade_unavailable", details: { upgrade: "leap", tier: "gold", reason: "not_from_this_tier" } }],
    [
      "other",
      "base",
      { code: "request_invalid", errors: [expect.objectContaining({ pointer: "/upgrade", detail: "the program has no upgrade other" })] },
    ],
  ])("refuses %s from %s", (id, tier, refusal) => {
    const draft = memberOf(tier);
    expect(() => buy(draft, id)).toThrow(expect.objectContaining(refusal));
    expect([draft.rows.entries, draft.rows.tierChanges, draft.rows.commands]).toEqual([[], [], []]);
  });

  test("refuses who has too few points, is not active, or lives in a program without upgrades", () => {
    expect(() => buy(memberOf("base", 99), "step")).toThrow(expect.objectContaining({ code: "insufficient_points" }));
    const suspended = memberOf("base");
    suspended.status = "suspended";
    expect(() => buy(suspended, "step")).toThrow(expect.objectContaining({ code: "member_not_active" }));
    const bare = { ...context, program: programOf() };
    expect(() =>
      decideBuyUpgrade(memberOf("base"), { kind: "buy_upgrade", memberId: "M1", purchaseId: "P1", hash: "h", upgrade: "step" }, bare),
    ).toThrow(expect.objectContaining({ code: "request_invalid" }));
  });

  test("books first what the clock has done", () => {
    const draft = draftOf([lotOf(1, 1000, { expiresAt: NOW })]);
    expect(() => buy(draft, "step")).toThrow(expect.objectContaining({ code: "insufficient_points" }));
    const settled = memberOf("gone");
    settled.nextChangeAt = NOW;
    expect(buy(settled, "step").tier).toEqual({ before: "base", after: "silver" });
    expect(settled.nextChangeAt).toBe(NEVER);
  });
});
