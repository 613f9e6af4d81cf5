import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { parseInput } from "../../src/core/input-problems.ts";
import { PlaceOrderBody } from "../../src/orders/schemas.ts";
import { toPlaceOrder } from "../../src/orders/to-command.ts";

const LINE = { line: 1, sku: "A", quantity: 2, unitPrice: 500 };
const ORDER = { id: "O1", memberId: "M1", occurredAt: "2026-03-01T12:00:00Z", currency: "GBP", lines: [LINE] };

const commandOf = (body: unknown) => toPlaceOrder(parseInput(PlaceOrderBody, body));

function problemsOf(body: unknown): { pointer: string; code: string }[] {
  try {
    parseInput(PlaceOrderBody, body);
  } catch (error) {
    if (error instanceof LoyaltyError) return error.errors.map(({ pointer, code }) => ({ pointer, code }));
    throw error;
  }
  return [];
}

describe("the body of an order", () => {
  test("has defaults, and hashes the same with and without them", () => {
    const explicit = {
      ...ORDER,
      pricing: "engine",
      shipping: 0,
      coupons: [],
      attributes: {},
      lines: [{ ...LINE, tax: 0, paid: null, attributes: {} }],
    };

    expect(commandOf(ORDER)).toEqual(commandOf(explicit));
    expect(commandOf(ORDER).cart).toMatchObject({
      pricing: "engine",
      shipping: 0,
      coupons: [],
      lines: [{ ...LINE, tax: 0, attributes: {} }],
    });
  });

  test("hashes its content without the quote's token", () => {
    const { hash, quoteToken } = commandOf({ ...ORDER, quoteToken: "token" });

    expect(quoteToken).toBe("token");
    expect(hash).toBe(commandOf(ORDER).hash);
    expect(commandOf({ ...ORDER, shipping: 1 }).hash).not.toBe(hash);
    expect(commandOf({ ...ORDER, id: "O2" }).hash).not.toBe(hash);
  });

  test.each([
    ["a repeated line number", { lines: [LINE, { ...LINE }] }, "/lines/1/line"],
    ["paid where the engine gives the prices", { lines: [{ ...LINE, paid: 900 }] }, "/lines/0/paid"],
    ["no paid where prices are settled", { pricing: "asPaid", lines: [LINE] }, "/lines/0/paid"],
    ["more tax than the line costs", { lines: [{ ...LINE, tax: 1001 }] }, "/lines/0/tax"],
    ["more tax than was paid", { pricing: "asPaid", lines: [{ ...LINE, paid: 800, tax: 801 }] }, "/lines/0/tax"],
    ["a gross beyond exact integers", { lines: [{ ...LINE, quantity: 1_000_000_000, unitPrice: 9_007_200 }] }, "/lines/0/quantity"],
    ["a quantity of nothing", { lines: [{ ...LINE, quantity: 0 }] }, "/lines/0/quantity"],
    ["a quantity too large", { lines: [{ ...LINE, quantity: 1_000_000_001 }] }, "/lines/0/quantity"],
    ["a float for an amount", { lines: [{ ...LINE, unitPrice: 1.5 }] }, "/lines/0/unitPrice"],
    ["an amount of 2^53", { shipping: 2 ** 53 }, "/shipping"],
    ["a negative price", { lines: [{ ...LINE, unitPrice: -1 }] }, "/lines/0/unitPrice"],
    ["no lines", { lines: [] }, "/lines"],
    ["an unknown field", { discount: 5 }, "/discount"],
    ["a time without an offset", { occurredAt: "2026-03-01T12:00:00" }, "/occurredAt"],
    ["no time", { occurredAt: undefined }, "/occurredAt"],
  ])("refuses %s and says where", (_name, change, pointer) => {
    expect(problemsOf({ ...ORDER, ...change }).map((problem) => problem.pointer)).toEqual([pointer]);
  });

  test("takes 1 000 lines, the largest quantity and a tax of the whole price", () => {
    const lines = Array.from({ length: 1000 }, (_, index) => ({ ...LINE, line: index + 1, tax: 1000 }));

    expect(problemsOf({ ...ORDER, lines })).toEqual([]);
    expect(problemsOf({ ...ORDER, lines: [...lines, { ...LINE, line: 1001 }] })).toEqual([{ pointer: "/lines", code: "too_large" }]);
    expect(problemsOf({ ...ORDER, lines: [{ ...LINE, quantity: 1_000_000_000, unitPrice: 9_007_199 }] })).toEqual([]);
  });
});
