import { describe, expect, test } from "vitest";
import type { AccrualDecision } from "../../src/rules/decision.ts";
import { compareWorth, worthOf } from "../../src/rules/lanes/worth.ts";

const accrual = (wallet: string, points: number): AccrualDecision => ({ wallet, points, coefficients: [], bonuses: [], rules: [] });
const worth = { scale: 100n, perPoint: new Map([["points", 2n]]) };

describe("what a rule gives", () => {
  test("is the money that came off and the worth of the points that were added", () => {
    const before = [accrual("points", 10), accrual("status", 1)];
    const after = [accrual("points", 15), accrual("status", 4)];
    expect(worthOf(7, { before, after }, worth)).toEqual({ money: 710n, points: 8n });
  });

  test("is less where a wallet is left with nothing", () => {
    const before = [accrual("points", 10), accrual("status", 1)];
    expect(worthOf(0, { before, after: [accrual("status", 1)] }, worth)).toEqual({ money: -20n, points: -10n });
  });

  test("is compared by money, then by points", () => {
    const give = (money: bigint, points: bigint) => ({ money, points });
    expect(compareWorth(give(1n, 9n), give(2n, 0n))).toBe(-1);
    expect(compareWorth(give(2n, 0n), give(1n, 9n))).toBe(1);
    expect(compareWorth(give(1n, 1n), give(1n, 2n))).toBe(-1);
    expect(compareWorth(give(1n, 2n), give(1n, 1n))).toBe(1);
    expect(compareWorth(give(1n, 1n), give(1n, 1n))).toBe(0);
  });
});
