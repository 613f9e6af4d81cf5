import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { mayNameOthers } from "../../src/engine/other-members-of.ts";
import { requirementsOf } from "../../src/engine/requirements.ts";
import type { Cart } from "../../src/orders/order.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { diffPrograms } from "../../src/programs/diff.ts";
import { paymentTerms } from "../../src/programs/pay-with-points-definition.ts";
import type { PaymentOffer, PaymentTerms } from "../../src/rules/decision.ts";
import { decidePayment, keptPayment } from "../../src/rules/payment.ts";
import { AT, cart, line, member, pointsIn, programInput, programOf, traceOf } from "../support/rules.ts";

/** 100 points pay 1.00, from 500 in steps of 100, up to 30 %. */
const TERMS: PaymentTerms = { points: 100, amount: 100, minimum: 500, step: 100, maxShareBps: 3000, earnOnPointsPaid: false };
const offer = (points: PaymentOffer["points"], spendable: number, terms: Partial<PaymentTerms> = {}): PaymentOffer => ({
  wallet: "points",
  terms: { ...TERMS, ...terms },
  points,
  spendable,
});
const lines = (...nets: number[]) => nets.map((net, index) => ({ line: index + 1, gross: net, discount: 0, net, base: net }));

describe("points that pay for a cart of 39.99", () => {
  const decide = (points: PaymentOffer["points"], spendable = 5000, terms: Partial<PaymentTerms> = {}) =>
    decidePayment(offer(points, spendable, terms), lines(3000, 999));

  test.each<[what: string, asked: number, spendable: number, refused: object | undefined]>([
    ["enough and not too many", 1000, 5000, undefined],
    ["the minimum", 500, 500, undefined],
    ["all that the share lets through", 1100, 1100, undefined],
    ["fewer than the minimum", 400, 5000, { reason: "below_minimum", minimum: 500 }],
    ["no whole number of steps", 550, 5000, { reason: "not_a_step", step: 100 }],
    ["more than the share", 1200, 5000, { reason: "share_exceeded", atMost: 1100 }],
    ["more than the member has", 1000, 930, { reason: "insufficient_points", missing: 70 }],
    ["more than share and member have: the terms come first", 1200, 0, { reason: "share_exceeded", atMost: 1100 }],
  ])("%s: %i of %i", (_what, asked, spendable, refused) => {
    const decided = decide(asked, spendable);

    expect(decided.refused).toEqual(refused);
    expect([decided.points, decided.amount]).toEqual(refused === undefined ? [asked, asked] : [0, 0]);
  });

  test.each<[spendable: number, terms: Partial<PaymentTerms>, most: object]>([
    [5000, {}, { points: 1100, amount: 1100, notMore: { reason: "share_exceeded", atMost: 1100 } }],
    [730, {}, { points: 700, amount: 700, notMore: { reason: "insufficient_points", missing: 70 } }],
    [499, {}, { points: 0, amount: 0, notMore: { reason: "insufficient_points", missing: 1 } }],
    [5000, { minimum: 1200 }, { points: 0, amount: 0, notMore: { reason: "share_exceeded", atMost: 0 } }],
    // A point is worth 3.00: 1199 hold three of them.
    [5000, { points: 1, amount: 300, minimum: 1, step: 1 }, { points: 3, amount: 900, notMore: { reason: "share_exceeded", atMost: 3 } }],
    // 300 points are worth 0.01.
    [
      5000,
      { points: 300, amount: 1, minimum: 300, step: 300 },
      { points: 4800, amount: 16, notMore: { reason: "insufficient_points", missing: 100 } },
    ],
  ])("at most, of %i, on %j", (spendable, terms, most) => {
    expect(decide("most", spendable, terms)).toMatchObject({ most });
    expect(decide("most", spendable, terms).refused).toBeUndefined();
  });

  test("are spread over the lines in proportion to their net, to the last minor unit", () => {
    expect(decide(1000).lines).toEqual([
      { line: 1, amount: 750 },
      { line: 2, amount: 250 },
    ]);
    expect(decidePayment(offer(500, 500), lines(0, 1, 1666, 3333)).lines).toEqual([
      { line: 3, amount: 167 },
      { line: 4, amount: 333 },
    ]);
  });

  test("stay exact where products pass 2^53", () => {
    const huge = decidePayment(
      offer("most", Number.MAX_SAFE_INTEGER, { points: 999_983, amount: 999_979, minimum: 1, step: 999_983 }),
      lines(2 ** 52),
    );
    expect(huge.amount).toBe(Number((BigInt(huge.points) * 999_979n) / 999_983n));
    expect((BigInt(huge.points) * 999_979n) % 999_983n).toBe(0n);
    expect(decidePayment(offer("most", 1e6, { points: 1e6, amount: 1 }), lines(Number.MAX_SAFE_INTEGER)).most.points).toBe(1e6);
  });
});

describe("what is kept of a payment", () => {
  test.each([
    [1000, 1000, 3999, { points: 1000, amount: 1000 }],
    [1000, 1000, 2999, { points: 750, amount: 750 }],
    [1000, 1000, 999, { points: 250, amount: 250 }],
    [1000, 1000, 0, { points: 0, amount: 0 }],
    // A point is worth 1.00: in between only whole ones come back.
    [10, 1000, 2999, { points: 7, amount: 750 }],
    [10, 1000, 999, { points: 2, amount: 250 }],
  ])("%i points for %i, of 3999 with %i kept", (points, amount, keptNet, kept) => {
    expect(keptPayment({ points, amount }, { keptNet, net: 3999 })).toEqual(kept);
  });
});

const program = (payWithPoints: object = {}, over: Record<string, unknown> = {}) =>
  programOf({ wallets: [{ id: "points", payWithPoints: { points: 1, amount: 1, ...payWithPoints } }], ...over });
const offered = (points: PaymentOffer["points"], compiled = program()): PaymentOffer => {
  const terms = compiled.definition.wallets[0]?.payWithPoints;
  if (terms === undefined) throw new Error("the wallet pays for orders");
  return { wallet: "points", terms: paymentTerms(terms), points, spendable: 100_000 };
};

describe("an order that is paid with points", () => {
  test("keeps its net and its discounts, and earns on what is paid in money, without its tax", () => {
    const compiled = program({}, { rules: [{ id: "off", effects: [{ kind: "discount_percent", percent: 10 }] }] });
    const taxed = [line(1, 10_000, { tax: 1000 }), line(2, 5000)];
    const bare = compiled.decideOrder(member(), cart(taxed), AT);
    const paid = compiled.decideOrder(member(), cart(taxed, { payment: offered(4500, compiled) }), AT);

    expect(paid.totals).toEqual(bare.totals);
    expect(paid.discounts).toEqual(bare.discounts);
    expect(paid.payment).toMatchObject({
      points: 4500,
      amount: 4500,
      lines: [
        { line: 1, amount: 3000 },
        { line: 2, amount: 1500 },
      ],
    });
    // Line 1: 9000 net with 900 of tax; 6000 in money with 600 of tax. Line 2: 4500 net, 3000 in money.
    expect(paid.lines).toMatchObject([
      { net: 9000, base: 8100, earning: 5400 },
      { net: 4500, base: 4500, earning: 3000 },
    ]);
    expect([pointsIn(bare), pointsIn(paid)]).toEqual([126, 84]);
  });

  test("earns on all of it where the terms say so", () => {
    const compiled = program({ earnOnPointsPaid: true });
    const paid = compiled.decideOrder(member(), cart([10_000], { payment: offered(5000, compiled) }), AT);

    expect(pointsIn(paid)).toBe(100);
    expect(paid.lines[0]).not.toHaveProperty("earning");
  });

  test("explains its payment, or why the points are not used", () => {
    const compiled = program();
    const used = compiled.decideOrder(member(), cart([10_000], { payment: offered(5000) }), AT);
    const refused = compiled.decideOrder(member(), cart([10_000], { payment: offered(5001) }), AT);

    expect(traceOf(used, "payment:points")).toMatchObject({ matched: true, gave: [{ kind: "payment", points: 5000, amount: 5000 }] });
    expect(traceOf(refused, "payment:points")).toMatchObject({
      matched: false,
      reason: { kind: "payment_refused", why: "share_exceeded", atMost: 5000 },
    });
    expect(pointsIn(refused)).toBe(100);
  });

  test("without points asked for is decided as ever", () => {
    const decided = program().decideOrder(member(), cart([10_000]), AT);

    expect(decided).not.toHaveProperty("payment");
    expect(decided.trace.map(({ rule }) => rule)).not.toContain("payment:points");
  });
});

describe("terms in a program's file", () => {
  const problemsOf = (wallet: object): string[] => {
    try {
      parseProgram(programInput({ wallets: [{ id: "points", ...wallet }] }));
      return [];
    } catch (error) {
      return error instanceof LoyaltyError ? error.errors.map(({ pointer, code }) => `${pointer} ${code}`) : [String(error)];
    }
  };

  test.each<[terms: object, problems: string[]]>([
    [{ points: 100, amount: 100 }, []],
    [{ points: 3, amount: 2, step: 6, minimum: 12, maxShare: 12.5 }, []],
    [{ points: 100, amount: 100, maxShare: 50.01 }, ["/wallets/0/payWithPoints/maxShare too_big"]],
    [{ points: 100, amount: 100, maxShare: 12.345 }, ["/wallets/0/payWithPoints/maxShare custom"]],
    [{ points: 0, amount: 1.5 }, ["/wallets/0/payWithPoints/points too_small", "/wallets/0/payWithPoints/amount invalid_type"]],
    [{ points: 3, amount: 2, step: 2 }, ["/wallets/0/payWithPoints/step inexact_step"]],
    [{ points: 100, amount: 100, step: 100, minimum: 150 }, ["/wallets/0/payWithPoints/minimum not_a_step"]],
  ])("%j", (payWithPoints, problems) => {
    expect(problemsOf({ payWithPoints })).toEqual(problems);
  });

  test("are not for status points", () => {
    expect(problemsOf({ kind: "status", payWithPoints: { points: 1, amount: 1 } })).toEqual(["/wallets/0/payWithPoints status_payment"]);
  });

  test("have as step the fewest points that are worth whole minor units, and as minimum one step", () => {
    const terms = (points: number, amount: number) => paymentTerms({ points, amount, maxShare: 50, earnOnPointsPaid: false });
    expect(terms(100, 100)).toMatchObject({ step: 1, minimum: 1, maxShareBps: 5000 });
    expect(terms(300, 200)).toMatchObject({ step: 3, minimum: 3 });
    expect(terms(1, 500)).toMatchObject({ step: 1 });
  });

  test("are told in words where they change", () => {
    const file = (payWithPoints?: object) =>
      parseProgram(programInput({ wallets: [{ id: "points", ...(payWithPoints && { payWithPoints }) }] }));

    expect(diffPrograms(file(), file({ points: 100, amount: 100 }))).toContain("wallet points: payWithPoints points 100 (new)");
    expect(diffPrograms(file({ points: 100, amount: 100 }), file({ points: 100, amount: 100, maxShare: 30 }))).toEqual([
      "wallet points: payWithPoints maxShare 50 → 30",
    ]);
  });
});

describe("what an order needs loaded", () => {
  const homes = programOf({ pools: {}, wallets: [{ id: "points", payWithPoints: { points: 1, amount: 1 } }] });
  const needs = (payWithPoints?: Cart["payWithPoints"]) => {
    const asked: Cart = {
      memberId: "m",
      occurredAt: AT.toISOString(),
      currency: "CNY",
      pricing: "engine",
      shipping: 0,
      coupons: [],
      attributes: {},
      lines: [],
      payWithPoints,
    };
    const command = { kind: "place_order", memberId: "m", orderId: "o", hash: "", cart: asked } as const;
    const { openLots, spends, pool, drawsOnPool } = requirementsOf(command, { inForce: homes, deciding: homes }, AT.toISOString());
    return { openLots, spends, pool, drawsOnPool, mayNameOthers: mayNameOthers(command) };
  };

  test("is the lots that pay and the household where it pays with points, and neither where it does not", () => {
    const paying = { openLots: false, pool: true, drawsOnPool: true, mayNameOthers: true };
    expect(needs({ points: 5 })).toEqual({ ...paying, spends: [{ wallet: "points", points: 5 }] });
    expect(needs({ points: "most" })).toEqual({ ...paying, openLots: true, spends: [] });
    expect(needs()).toEqual({ openLots: false, spends: [], pool: false, drawsOnPool: false, mayNameOthers: false });
  });
});
