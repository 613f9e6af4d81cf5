import { describe, expect, test } from "vitest";
import { dateToDay } from "../../src/core/period.ts";
import { NEVER } from "../../src/ledger/state.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import type { ReviewTier } from "../../src/tiers/commands.ts";
import { decideReviewTier } from "../../src/tiers/decide-review-tier.ts";
import { ReviewNotDue } from "../../src/tiers/review-not-due.ts";
import type { TierReview } from "../../src/tiers/review-state.ts";
import { nextReviewAt, scheduleReview } from "../../src/tiers/schedule-review.ts";
import { recordActivity } from "../../src/tiers/windows.ts";
import { at, draftOf } from "../support/drafts.ts";
import { programOf } from "../support/rules.ts";

const DUE = at("2026-04-01T00:00:00Z");
const spend = (atLeast: number) => [{ metric: "spend", window: "month", atLeast }];
const program = programOf({
  timeZone: "UTC",
  tiers: [
    { id: "base" },
    { id: "silver", qualification: { any: spend(100) }, retention: { review: "month", graceDays: 30 } },
    {
      id: "gold",
      qualification: { any: spend(500) },
      retention: { review: "month", all: [...spend(300), { metric: "orders", window: "month", atLeast: 2 }] },
    },
    { id: "daily", qualification: { any: spend(900) }, retention: { review: "rolling" } },
  ],
});
const context = { program, wallets: { byId: new Map(), byNumber: new Map() }, now: DUE + 5 };

function memberOf(tier: string, spent = 0, review: TierReview | null = { dueAt: DUE, state: "kept" }): MemberDraft {
  const draft = draftOf([]);
  draft.tier = tier;
  draft.review = review;
  recordActivity(draft, program.windows, dateToDay("2026-03-31"), "spend", spent);
  // What comes on the day as which a tier is reviewed is not looked at.
  recordActivity(draft, program.windows, dateToDay("2026-04-01"), "spend", 5000);
  return draft;
}
const review = (draft: MemberDraft, why: ReviewTier["why"] = "due") =>
  decideReviewTier(draft, { kind: "review_tier", memberId: "M1", dueAt: new Date(DUE).toISOString(), why }, context);
const changes = (draft: MemberDraft) => draft.rows.tierChanges.map(({ from, to, cause }) => `${cause}: ${from}→${to}`);
const criterion = (change: object) => ({ metric: "spend", window: "month", ...change });

describe("a tier review", () => {
  test("keeps who has what the tier asks for, as of the day before, and sets the next", () => {
    const draft = memberOf("silver", 100);

    expect(review(draft)).toEqual({ memberId: "M1", tier: "silver" });

    expect(changes(draft)).toEqual([]);
    expect(draft.review).toEqual({ dueAt: at("2026-05-01T00:00:00Z"), state: "kept" });
    expect(draft.rows.reviews).toEqual([
      {
        version: 4,
        dueAt: DUE,
        ruleSet: 1,
        tier: "silver",
        outcome: "kept",
        to: "silver",
        explanation: {
          asOf: "2026-03-31",
          requires: "any",
          criteria: [criterion({ atLeast: 100, value: 100, missing: 0 })],
          nextReviewAt: "2026-05-01T00:00:00.000Z",
        },
      },
    ]);
  });

  test("gives who lacks it the grace, and says what is missing", () => {
    const draft = memberOf("silver", 60);

    review(draft);

    const until = "2026-05-01T00:00:00.000Z";
    expect(draft.review).toEqual({ dueAt: at(until), state: "grace" });
    expect(draft.rows.events).toMatchObject([
      {
        type: "tier.will_downgrade",
        occurredAt: DUE,
        data: { tier: "silver", to: "base", until, requires: "any", missing: [criterion({ atLeast: 100, value: 60, missing: 40 })] },
      },
    ]);
    expect(draft.rows.reviews).toMatchObject([{ outcome: "grace", to: "silver", explanation: { until, nextReviewAt: until } }]);
    expect(changes(draft)).toEqual([]);
  });

  test("takes the tier away when the grace is over", () => {
    const draft = memberOf("silver", 60, { dueAt: DUE, state: "grace" });

    expect(review(draft).tier).toBe("base");

    expect(changes(draft)).toEqual(["review: silver→base"]);
    expect(draft.rows.tierChanges[0]).toMatchObject({ occurredAt: DUE, sourceId: null });
    expect(draft.rows.reviews).toMatchObject([{ tier: "silver", outcome: "downgraded", to: "base", explanation: { nextReviewAt: null } }]);
  });

  test("of each criterion that all are needed shows those that are there and those that are not", () => {
    const draft = memberOf("gold", 450);
    review(draft);
    expect(changes(draft)).toEqual(["review: gold→silver"]);
    expect(draft.rows.reviews[0]?.explanation).toMatchObject({
      requires: "all",
      criteria: [
        { metric: "spend", value: 450, missing: 0 },
        { metric: "orders", value: 0, missing: 2 },
      ],
    });
  });

  test("a tier that was given for a time gives way to what is qualified", () => {
    const draft = memberOf("gold", 100, { dueAt: DUE, state: "granted" });
    review(draft);
    expect(changes(draft)).toEqual(["review: gold→silver"]);
  });

  test("even where it would be kept otherwise", () => {
    const draft = memberOf("gold", 400, { dueAt: DUE, state: "granted" });
    recordActivity(draft, program.windows, dateToDay("2026-03-31"), "orders", 2);
    review(draft);
    expect(changes(draft)).toEqual(["review: gold→silver"]);

    const kept = memberOf("gold", 400);
    recordActivity(kept, program.windows, dateToDay("2026-03-31"), "orders", 2);
    review(kept);
    expect(changes(kept)).toEqual([]);
  });

  test("in a grace tells only of what is missing", () => {
    const all = [...spend(300), { metric: "orders", window: "month", atLeast: 2 }];
    const patient = programOf({
      timeZone: "UTC",
      tiers: [{ id: "base" }, { id: "silver", qualification: { all }, retention: { review: "month", graceDays: 1 } }],
    });
    const draft = draftOf([]);
    Object.assign(draft, { tier: "silver", review: { dueAt: DUE, state: "kept" } });
    recordActivity(draft, patient.windows, dateToDay("2026-03-31"), "spend", 300);
    const command = { kind: "review_tier", memberId: "M1", dueAt: new Date(DUE).toISOString(), why: "due" } as const;

    decideReviewTier(draft, command, { ...context, program: patient });

    expect(draft.rows.events).toMatchObject([{ data: { missing: [{ metric: "orders", missing: 2 }], requires: "all" } }]);
  });

  test("a tier that has left the ladder counts as the first", () => {
    const draft = memberOf("gone", 0);
    review(draft);
    expect(changes(draft)).toEqual(["ladder_change: gone→base"]);
    expect(draft.rows.reviews).toMatchObject([{ tier: "gone", outcome: "downgraded", to: "base" }]);

    const up = memberOf("gone", 500);
    review(up);
    expect(changes(up)).toEqual(["ladder_change: gone→gold"]);
    expect(up.rows.reviews).toMatchObject([{ outcome: "upgraded", to: "gold", explanation: { criteria: [{ atLeast: 500, value: 500 }] } }]);
  });

  test("of who has left ends, and of a suspended member does not", () => {
    for (const status of ["closed", "erased"] as const) {
      const draft = memberOf("silver", 0);
      draft.status = status;
      review(draft);
      expect(draft).toMatchObject({ review: null, isReviewChanged: true, rows: { reviews: [] } });
    }
    const suspended = memberOf("silver", 0);
    suspended.status = "suspended";
    review(suspended);
    expect(suspended.review).toMatchObject({ state: "grace" });
  });

  test("books first what the clock has done", () => {
    const draft = memberOf("silver", 100);
    draft.nextChangeAt = DUE + 5;
    review(draft);
    expect(draft.nextChangeAt).toBe(NEVER);
  });
});

describe("whether a review is due", () => {
  const daily = { dueAt: NEVER, state: "kept" } as const;
  const attempt = (draft: MemberDraft, why: ReviewTier["why"]) => {
    try {
      return review(draft, why);
    } catch (error) {
      expect(draft.rows.reviews).toEqual([]);
      return error;
    }
  };
  const isMade = (draft: MemberDraft, why: ReviewTier["why"]) => !(attempt(draft, why) instanceof ReviewNotDue);

  test("one that is named is due while it is the next", () => {
    expect(isMade(memberOf("silver"), "due")).toBe(true);
    for (const next of [null, daily, { dueAt: DUE + 1, state: "kept" } as const])
      expect(isMade(memberOf("silver", 0, next), "due")).toBe(false);
  });

  test("that of each day is due where the tier was not changed on this one", () => {
    const since = (tierSince: number, next: TierReview | null = daily) => {
      const draft = memberOf("daily", 900, next);
      draft.tierSince = tierSince;
      return draft;
    };
    expect(isMade(since(DUE - 1), "daily")).toBe(true);
    expect(isMade(since(DUE), "daily")).toBe(false);
    expect(isMade(since(DUE - 1, null), "daily")).toBe(false);
    expect(isMade(since(DUE - 1, { dueAt: DUE, state: "kept" }), "daily")).toBe(false);

    const kept = since(DUE - 1);
    review(kept, "daily");
    expect(kept.rows.reviews).toMatchObject([{ outcome: "kept", explanation: { nextReviewAt: null } }]);
    expect(kept.review).toEqual(daily);
  });

  test("the next one is set where there is none, or one of each day that the tier no longer has", () => {
    const unset = memberOf("silver", 0, null);
    expect(isMade(unset, "schedule")).toBe(true);
    expect(unset.review).toEqual({ dueAt: at("2026-05-01T00:00:00Z"), state: "kept" });
    expect(unset.rows.reviews).toEqual([]);

    expect(isMade(memberOf("silver", 0, daily), "schedule")).toBe(true);
    expect(isMade(memberOf("base", 0, daily), "schedule")).toBe(true);
    expect(isMade(memberOf("gone", 0, daily), "schedule")).toBe(true);
    expect(isMade(memberOf("daily", 0, daily), "schedule")).toBe(false);
    expect(isMade(memberOf("silver"), "schedule")).toBe(false);
  });

  test("the refusal has a name of its own", () => {
    expect(new ReviewNotDue().name).toBe("ReviewNotDue");
  });
});

describe("nextReviewAt", () => {
  test("after a review counts from the day before it, after a change from its day", () => {
    const monthly = programOf({
      timeZone: "Asia/Shanghai",
      tiers: [{ id: "regular" }, { id: "silver", qualification: { any: spend(100) }, retention: { review: "P1M/EOM" } }],
    });
    const draft = memberOf("silver");
    const local = at("2026-04-30T16:00:00Z");

    expect(nextReviewAt(draft, monthly, { reached: local })).toBe(at("2026-06-30T16:00:00Z"));
    expect(nextReviewAt(draft, monthly, { reviewed: local })).toBe(at("2026-05-31T16:00:00Z"));
  });

  test("is that of the day of joining or of the tier, as the retention says", () => {
    const since = (review: string) => {
      const draft = memberOf("silver");
      draft.enrolledAt = at("2020-07-09T12:00:00Z");
      draft.tierSince = at("2026-02-03T12:00:00Z");
      const yearly = programOf({
        timeZone: "UTC",
        tiers: [{ id: "base" }, { id: "silver", qualification: { any: spend(1) }, retention: { review } }],
      });
      return nextReviewAt(draft, yearly, { reached: DUE });
    };
    expect(since("anniversary")).toBe(at("2026-07-09T00:00:00Z"));
    expect(since("P1Y")).toBe(at("2027-02-03T00:00:00Z"));
    expect(since("rolling")).toBe(NEVER);
  });

  test("is none where the tier is kept for good or is none of the ladder", () => {
    for (const tier of ["base", "gone"]) {
      const draft = memberOf(tier);
      scheduleReview(draft, program, { reached: DUE });
      expect(draft).toMatchObject({ review: null, isReviewChanged: true });
    }
  });
});
