import { describe, expect, test } from "vitest";
import { compileCondition } from "../../src/rules/conditions/condition.ts";
import { demandsOf } from "../../src/rules/index/demands.ts";
import { AT, cart, member, programWhen, traceOf } from "../support/rules.ts";

function demanded({ when, lines }: { when?: string; lines?: string }): Record<string, string[]> {
  const compiled = (text: string | undefined, scope: "when" | "lines") => {
    const condition = text === undefined ? null : compileCondition(text, scope, new Set());
    if (condition !== null && !("parts" in condition)) throw new Error(condition.detail);
    return condition;
  };
  return Object.fromEntries(
    demandsOf(compiled(when, "when"), compiled(lines, "lines")).map(({ field, values }) => [field, [...values].sort()]),
  );
}

describe("a condition demands", () => {
  test.each([
    ['order.channel == "web"', { channel: ["web"] }],
    ['"GB" == order.country && order.net > 5', { country: ["GB"] }],
    ['member.tier in ["gold", "vip"] && (order.pricing == "engine")', { tier: ["gold", "vip"], pricing: ["engine"] }],
    ['order.lines.exists(l, l.sku == "a" && l.net > 5)', { sku: ["a"] }],
    ['order.lines.exists(line, line.category in ["x", "y"])', { category: ["x", "y"] }],
  ])("%s", (when, fields) => {
    expect(demanded({ when })).toEqual(fields);
  });

  test('of its lines: line.category == "shoes" && line.net > 5', () => {
    expect(demanded({ lines: 'line.category == "shoes" && line.net > 5' })).toEqual({ category: ["shoes"] });
  });
});

test.each([
  'order.channel == "web" || order.net > 5',
  '!(order.channel == "web")',
  'order.channel != "web"',
  'order.channel.lowerAscii() == "web"',
  'order.channel in ["web", order.country]',
  "order.channel == order.country",
  'order.lines.all(l, l.sku == "a")',
  'order.lines.exists(l, l.sku == "a" || l.net > 5)',
  'order.lines.exists(l, order.lines.exists(m, m.net > 1) && l.name == "a")',
  '["web"].exists(l, order.channel == l)',
  'has(order.channel) && order.attributes.channel == "web"',
])("%s demands nothing", (when) => {
  expect(demanded({ when })).toEqual({});
});

test("what is demanded is asked first, and said as the condition would", () => {
  const reasonOf = (when: string) => traceOf(programWhen(when).decideOrder(member(), cart([1000], { channel: "web" }), AT), "rule").reason;

  expect(reasonOf('order.net > 5000 && order.channel == "app"')).toEqual({
    kind: "condition",
    part: 'order.channel == "app"',
    values: { "order.channel": "web" },
  });
  expect(reasonOf('order.country == "GB"')).toEqual({ kind: "attribute_missing", part: 'order.country == "GB"', path: "order.country" });
  expect(reasonOf('order.lines.exists(l, l.category == "x")')).toEqual({
    kind: "condition",
    part: 'order.lines.exists(l, l.category == "x")',
    values: { "order.lines": "(1 items)" },
  });
});
