import { describe, expect, test } from "vitest";
import { decideAnnounceExpiry } from "../../src/ledger/decide-announce-expiry.ts";
import { decideSettleMember } from "../../src/ledger/decide-settle-member.ts";
import { NothingDue } from "../../src/ledger/nothing-due.ts";
import { provenanceOf } from "../../src/ledger/provenance.ts";
import { balanceSummary } from "../../src/ledger/summary.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import type { AccrualDecision } from "../../src/rules/decision.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";
import { programOf } from "../support/rules.ts";

const NOW = at("2026-03-01T00:00:00Z");
const program = programOf({ timeZone: "Asia/Shanghai" });
const wallets = { byId: new Map([["points", 1]]), byNumber: new Map([[1, "points"]]) };
const context = { program, wallets, now: NOW };

describe("decideAnnounceExpiry", () => {
  /** 5 March begins in Shanghai at 16:00 UTC of the day before. */
  const [dayBegins, dayEnds] = [at("2026-03-04T16:00:00Z"), at("2026-03-05T15:59:59Z")];
  const announce = (draft: MemberDraft, wallet = "points") =>
    decideAnnounceExpiry(draft, { kind: "announce_expiry", memberId: "M1", wallet, expiresOn: "2026-03-05", notice: "P7D" }, context);

  test("tells how many points expire on a local day, and when the first of them do", () => {
    const draft = draftOf([
      lotOf(1, 5, { expiresAt: dayEnds }),
      lotOf(2, 7, { expiresAt: dayBegins, held: 3 }),
      lotOf(3, 9, { expiresAt: dayBegins - 1 }),
      lotOf(4, 9, { expiresAt: dayEnds + 1000 }),
      lotOf(5, 9, { expiresAt: dayEnds, held: 9 }),
      lotOf(6, 9, { expiresAt: dayEnds, wallet: 2 }),
      lotOf(7, 9),
    ]);

    expect(announce(draft)).toEqual({ memberId: "M1" });

    expect(draft.rows.events).toMatchObject([
      {
        type: "points.will_expire",
        occurredAt: NOW,
        data: { wallet: "points", points: 9, at: "2026-03-04T16:00:00.000Z", expiresOn: "2026-03-05", notice: "P7D" },
      },
    ]);
  });

  test("of nothing is none", () => {
    const draft = draftOf([lotOf(1, 9)]);
    expect(() => announce(draft)).toThrow(NothingDue);
    expect(() => announce(draftOf([lotOf(1, 9, { expiresAt: dayEnds, held: 9 })]))).toThrow(NothingDue);
    expect(draft.rows.events).toEqual([]);
    expect(() => announce(draft, "other")).toThrow("the wallet of a notice has a number");
    expect(new NothingDue().name).toBe("NothingDue");
  });

  test("books first what the clock has done", () => {
    const draft = draftOf([lotOf(1, 9, { expiresAt: NOW }), lotOf(2, 1, { expiresAt: dayEnds })]);
    announce(draft);
    expect(movements(draft)).toEqual(["expiry available→breakage 9"]);
  });
});

describe("decideSettleMember", () => {
  test("books what is due, once", () => {
    const draft = draftOf([lotOf(1, 9, { expiresAt: NOW })]);

    expect(decideSettleMember(draft, context)).toEqual({ memberId: "M1" });
    expect(draft.rows.entries).toMatchObject([{ kind: "expiry", points: 9, ruleSet: 1 }]);
    expect(() => decideSettleMember(draft, context)).toThrow(NothingDue);
  });
});

test("a summary shows what was accrued less what was clawed back", () => {
  const draft = draftOf([lotOf(1, 9, { held: 2, clawedBack: 3 })], { debt: 4, redeemedTotal: 5, pending: 6 });
  expect(balanceSummary(draft, context)).toEqual({
    wallets: { points: { available: 7, pending: 6, held: 2, debt: 4, accruedTotal: 6, redeemedTotal: 5 } },
    version: 4,
  });
});

describe("provenanceOf", () => {
  const share = { numerator: "1", denominator: "100" };
  const coefficients = (...lines: number[]) => [{ lines, perMinorUnit: share }];
  const part = (rule: string, line: number) => ({ rule, points: 5, coefficients: coefficients(line), bonuses: [] });
  const accrual: AccrualDecision = {
    wallet: "points",
    points: 30,
    coefficients: coefficients(3, 1),
    bonuses: [],
    quantities: [{ rule: "base", lines: [10, 1], points: 1, perQuantity: 1 }],
    percents: [{ rule: "base", lines: [4], share }],
    limited: [part("capped", 7), { ...part("dated", 2), terms: {} }],
    rules: ["base", "capped", "dated"],
  };
  const of = (rule: string | null, accruals: AccrualDecision[] | null, wallet = "points") => provenanceOf({ wallet, rule }, 4, accruals);

  test("of a lot names the rules that had a part in it and the lines that earned", () => {
    expect(of(null, [{ ...accrual, wallet: "other" }, accrual])).toEqual({
      ruleSet: 4,
      rules: ["base", "capped"],
      lines: [1, 3, 4, 7, 10],
    });
    expect(of(null, [{ ...accrual, limited: [] }]).lines).toEqual([1, 3, 4, 10]);
    expect(of(null, [{ wallet: "points", points: 1, coefficients: [], bonuses: [], rules: ["base"] }])).toEqual({
      ruleSet: 4,
      rules: ["base"],
      lines: [],
    });
  });

  test("of a lot with terms of its own names its rule", () => {
    expect(of("dated", [accrual])).toEqual({ ruleSet: 4, rules: ["dated"], lines: [2] });
    expect(of("gone", [accrual])).toEqual({ ruleSet: 4, rules: ["gone"], lines: [] });
  });

  test("where all points have terms of their own nothing is left to name", () => {
    const all = { ...accrual, points: 5, limited: accrual.limited?.slice(1) ?? [], rules: ["dated"] };
    expect(of(null, [all]).rules).toEqual([]);
  });

  test("of points that no order and no event gave is empty", () => {
    expect(of(null, null)).toEqual({ ruleSet: 4, rules: [], lines: [] });
    expect(of(null, [accrual], "status")).toEqual({ ruleSet: 4, rules: [], lines: [] });
  });
});
