import { describe, expect, test } from "vitest";
import { dateToDay } from "../../src/core/period.ts";
import { NEVER } from "../../src/ledger/state.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import type { EffectDecision } from "../../src/rules/decision.ts";
import { changeTier, knownTier, reachedTier, upgradeIfReached } from "../../src/tiers/change-tier.ts";
import { decideSetTier } from "../../src/tiers/decide-set-tier.ts";
import { grantTiers } from "../../src/tiers/grant-tiers.ts";
import { recordActivity } from "../../src/tiers/windows.ts";
import { at, draftOf } from "../support/drafts.ts";
import { programOf } from "../support/rules.ts";

const NOW = at("2026-03-10T04:00:00Z");
const DAY = dateToDay("2026-03-10");
const spend = (atLeast: number) => ({ any: [{ metric: "spend", window: "30d", atLeast }] });
const ladder = (over: Record<string, unknown> = {}) =>
  programOf({
    timeZone: "UTC",
    tiers: [
      { id: "base" },
      { id: "silver", qualification: spend(100), retention: { review: "year" } },
      { id: "gold", qualification: spend(500) },
      { id: "daily", qualification: spend(9000), retention: { review: "rolling" } },
    ],
    ...over,
  });
const program = ladder();

function memberOf(tier: string): MemberDraft {
  const draft = draftOf([]);
  draft.tier = tier;
  return draft;
}
const eventTypes = (draft: MemberDraft) => draft.rows.events.map(({ type }) => type);
const qualified = { cause: "qualification", sourceId: "O1", occurredAt: NOW } as const;

describe("changeTier", () => {
  test("writes the change with its cause, sets the review and announces it", () => {
    const draft = memberOf("base");

    changeTier(draft, program, "silver", qualified);

    expect(draft.rows.tierChanges).toEqual([
      {
        version: 4,
        from: "base",
        to: "silver",
        occurredAt: NOW,
        cause: "qualification",
        sourceId: "O1",
        ruleSet: 1,
        reason: null,
        actor: null,
      },
    ]);
    expect(draft).toMatchObject({ tier: "silver", tierSince: NOW, review: { dueAt: at("2027-01-01T00:00:00Z"), state: "kept" } });
    expect(draft.rows.events).toMatchObject([
      { type: "tier.upgraded", occurredAt: NOW, data: { from: "base", to: "silver", cause: "qualification", sourceId: "O1" } },
    ]);
  });

  test.each([
    ["gold", "silver", ["tier.downgraded"]],
    ["silver", "gold", ["tier.upgraded"]],
    ["silver", "silver", []],
    ["gone", "base", ["tier.downgraded"]],
    ["gone", "silver", ["tier.upgraded"]],
  ])("from %s to %s announces %j", (from, to, announced) => {
    const draft = memberOf(from);
    changeTier(draft, program, to, { ...qualified, reason: "by hand", actor: "Ada" });
    expect(eventTypes(draft)).toEqual(announced);
    expect(draft.rows.tierChanges).toMatchObject([{ from, to, reason: "by hand", actor: "Ada" }]);
  });

  test("who joins comes from nowhere, and has a review only where the first tier has one", () => {
    const draft = memberOf("");
    changeTier(draft, program, "base", { ...qualified, cause: "enrolment" });
    expect(draft).toMatchObject({ review: null, isReviewChanged: false });
    expect(draft.rows.tierChanges).toMatchObject([{ from: null, to: "base" }]);
    expect(eventTypes(draft)).toEqual([]);

    const daily = memberOf("");
    changeTier(daily, program, "daily", { ...qualified, cause: "enrolment" });
    expect(daily).toMatchObject({ review: { dueAt: NEVER, state: "kept" }, isReviewChanged: true });
  });

  test("a tier that is kept for good ends the review", () => {
    const draft = memberOf("silver");
    draft.review = { dueAt: NOW, state: "kept" };
    changeTier(draft, program, "gold", qualified);
    expect(draft).toMatchObject({ review: null, isReviewChanged: true });
  });

  test("reviews that a former system has made are not made again", () => {
    const draft = memberOf("base");
    changeTier(draft, program, "silver", { ...qualified, reviewedUntil: at("2028-05-01T00:00:00Z") });
    expect(draft.review?.dueAt).toBe(at("2029-01-01T00:00:00Z"));
    changeTier(draft, program, "silver", { ...qualified, reviewedUntil: at("2020-05-01T00:00:00Z") });
    expect(draft.review?.dueAt).toBe(at("2027-01-01T00:00:00Z"));
  });
});

test("knownTier takes a tier that the ladder no longer has for the first", () => {
  expect(["base", "gold", "gone"].map((tier) => knownTier(program, tier))).toEqual(["base", "gold", "base"]);
});

describe("reachedTier", () => {
  const spender = (amount: number, date: string) => {
    const draft = memberOf("base");
    recordActivity(draft, program.windows, dateToDay(date), "spend", amount);
    return draft;
  };

  test.each([
    [99, "base", "base"],
    [100, "base", "silver"],
    [100, "gold", "gold"],
    [500, "silver", "gold"],
  ])("with a spend of %i from %s is %s", (amount, from, reached) => {
    expect(reachedTier(spender(amount, "2026-03-10"), program, DAY, from)).toBe(reached);
  });

  test("of an order that comes late looks at its own day and at the latest", () => {
    const draft = spender(80, "2026-03-10");
    reachedTier(draft, program, DAY, "base");
    recordActivity(draft, program.windows, dateToDay("2026-02-20"), "spend", 30);
    expect(reachedTier(draft, program, dateToDay("2026-02-20"), "base")).toBe("silver");

    const early = spender(100, "2026-01-01");
    recordActivity(early, program.windows, DAY, "spend", 1);
    reachedTier(early, program, DAY, "base");
    expect(reachedTier(early, program, dateToDay("2026-01-10"), "base")).toBe("silver");
    expect(reachedTier(early, program, DAY, "base")).toBe("base");
  });

  test("lifts at once where the program says so, and takes nothing away", () => {
    const draft = spender(500, "2026-03-10");
    upgradeIfReached(draft, ladder({ tierUpgrades: "review" }), DAY, qualified);
    expect(draft.tier).toBe("base");

    upgradeIfReached(draft, program, DAY, qualified);
    upgradeIfReached(draft, program, DAY, qualified);
    expect(draft.tier).toBe("gold");
    expect(draft.rows.tierChanges).toHaveLength(1);

    const gone = memberOf("gone");
    upgradeIfReached(gone, program, DAY, qualified);
    expect(gone.rows.tierChanges).toEqual([]);
  });
});

describe("grantTiers", () => {
  const granted = (tier: string, until?: string): EffectDecision => ({
    rule: "r1",
    label: "Rule",
    kind: "grant_tier",
    tier,
    ...(until !== undefined && { until }),
  });
  const cause = { sourceId: "O1", occurredAt: NOW };

  test("lifts to the highest, each with its rule", () => {
    const draft = memberOf("base");
    grantTiers(draft, program, [{ rule: "r0", label: "", kind: "gift", sku: "s", quantity: 1 }, granted("silver"), granted("gold")], cause);
    expect(draft.tier).toBe("gold");
    expect(draft.rows.tierChanges).toMatchObject([
      { to: "silver", cause: "rule", reason: "r1", sourceId: "O1", occurredAt: NOW },
      { to: "gold", cause: "rule" },
    ]);
  });

  test.each(["silver", "base", "gone"])("does nothing of %s for who is in silver", (tier) => {
    const draft = memberOf("silver");
    grantTiers(draft, program, [granted(tier, "P1M")], cause);
    expect(draft.rows.tierChanges).toEqual([]);
    expect(draft.isReviewChanged).toBe(false);
  });

  test("gives a tier for a time, then it is reviewed", () => {
    const draft = memberOf("gone");
    grantTiers(draft, program, [granted("gold", "P1M/EOM")], cause);
    expect(draft.review).toEqual({ dueAt: at("2026-05-01T00:00:00Z"), state: "granted" });

    const forGood = memberOf("base");
    grantTiers(forGood, program, [granted("silver")], cause);
    expect(forGood.review).toMatchObject({ state: "kept" });
  });
});

describe("decideSetTier", () => {
  const wallets = { byId: new Map([["points", 1]]), byNumber: new Map([[1, "points"]]) };
  const context = { program, wallets, now: NOW };
  const command = { kind: "set_tier", memberId: "M1", tier: "silver", reason: "a complaint", key: null } as const;

  test("moves the member from now on, and says when the tier is reviewed", () => {
    const draft = memberOf("gone");

    const answer = decideSetTier(draft, { ...command, actor: "Ada", key: { id: "K1", hash: "h" } }, context);

    expect(answer).toEqual({
      memberId: "M1",
      tier: { before: "base", after: "silver" },
      since: "2026-03-10T04:00:00.000Z",
      until: null,
      nextReviewAt: "2027-01-01T00:00:00.000Z",
      reason: "a complaint",
      version: 4,
    });
    expect(draft.rows.tierChanges).toMatchObject([
      { cause: "manual", sourceId: null, reason: "a complaint", actor: "Ada", occurredAt: NOW },
    ]);
    expect(draft.rows.commands).toMatchObject([{ id: "K1", answer }]);
  });

  test("gives it until an instant", () => {
    const draft = memberOf("base");
    const until = "2026-03-10T04:00:00.001Z";

    expect(decideSetTier(draft, { ...command, until }, context)).toMatchObject({ until, nextReviewAt: until });
    expect(draft.review).toEqual({ dueAt: NOW + 1, state: "granted" });
    expect(draft.rows.commands).toEqual([]);
  });

  test.each([["gold"], ["daily"]])("of %s no next review has a date", (tier) => {
    expect(decideSetTier(memberOf("base"), { ...command, tier }, context).nextReviewAt).toBeNull();
  });

  test("refuses a tier that is none, an end that is past, and whoever has left", () => {
    const refused = (change: object, status: MemberDraft["status"] = "active") => {
      const draft = memberOf("base");
      draft.status = status;
      try {
        decideSetTier(draft, { ...command, ...change }, context);
      } catch (error) {
        expect(draft.rows.tierChanges).toEqual([]);
        return error;
      }
      return undefined;
    };
    expect(refused({ tier: "platinum" })).toMatchObject({
      code: "request_invalid",
      details: { tier: "platinum" },
      errors: [{ pointer: "/tier", detail: "the program has no tier platinum" }],
    });
    expect(refused({ until: new Date(NOW).toISOString() })).toMatchObject({
      code: "request_invalid",
      details: { now: "2026-03-10T04:00:00.000Z" },
      errors: [{ pointer: "/until", detail: "lies in the past" }],
    });
    expect(refused({}, "closed")).toMatchObject({ code: "member_not_active" });
    expect(refused({}, "suspended")).toBeUndefined();
  });

  test("books first what the clock has done", () => {
    const draft = memberOf("base");
    draft.nextChangeAt = NOW - 1;
    decideSetTier(draft, command, context);
    expect(draft.nextChangeAt).toBe(NEVER);
  });
});
