import { describe, expect, test } from "vitest";
import { makeYear } from "../../examples/demo/make-year.ts";

const END = new Date("2026-03-01T00:00:00Z");

describe("the year of the demo", () => {
  const year = makeYear(END, 300);

  test("is the same in every run", () => {
    expect(makeYear(END, 300)).toEqual(year);
  });

  test("happens in order, and nothing before its cause or after the end", () => {
    const joined = new Map<string, string>();
    const orders = new Map<string, { memberId: string; occurredAt: string; lines: { line: number; quantity: number }[] }>();
    let latest = "";
    for (const line of year) {
      const at = line.type === "member" ? line.enrolledAt : line.occurredAt;
      expect(at >= latest && at < END.toISOString()).toBe(true);
      latest = at;
      if (line.type === "member") joined.set(line.id, at);
      if (line.type === "order") {
        expect(joined.has(line.memberId)).toBe(true);
        orders.set(line.id, line);
      }
      if (line.type === "return") {
        const order = orders.get(line.orderId);
        expect(order?.memberId).toBe(line.memberId);
        for (const { line: number, quantity } of line.lines) {
          expect(quantity).toBeGreaterThan(0);
          expect(quantity).toBeLessThanOrEqual(order?.lines.find((bought) => bought.line === number)?.quantity ?? 0);
        }
      }
    }
    expect(joined.size).toBe(300);
    expect(new Set(year.filter(({ type }) => type === "return").map(({ id }) => id)).size).toBeGreaterThan(20);
  });
});
