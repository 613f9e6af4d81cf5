import type { ASTNode } from "@marcbachmann/cel-js";
import { WINDOW_PATTERN, type WindowKey, windowKey } from "../../core/metric-window.ts";
import { type ConditionProblem, nodesOf } from "./ast.ts";

const METHOD = "metric";

/** What `member.isFirstOrder` looks at. */
const COUNTED_ORDERS = windowKey("orders", "lifetime");
const FIRST_ORDER = "isFirstOrder";

const textOf = (node: ASTNode | undefined): string | null => (node?.op === "value" && typeof node.args === "string" ? node.args : null);

/** The sum that `member.metric("spend", "365d")` names; null for any other node. */
export function asMetricCall(node: ASTNode): (WindowKey & { of: ASTNode }) | null {
  if (node.op !== "rcall" || node.args[0] !== METHOD) return null;
  const [, of, [metric, window, ...more]] = node.args;
  const [metricName, windowName] = [textOf(metric), textOf(window)];
  if (metricName === null || windowName === null || more.length > 0) return null;
  return { ...windowKey(metricName, windowName), of };
}

/**
 * What is wrong with a call of `metric`. Its arguments stand in the text, so that the sums can be kept running and cost
 * nothing when they are read.
 */
export function metricProblem(node: ASTNode, metrics: ReadonlySet<string>): ConditionProblem | null {
  if (node.op !== "rcall" || node.args[0] !== METHOD) return null;
  const call = asMetricCall(node);
  if (call === null) {
    return { code: "metric_not_literal", detail: 'metric takes two texts in quotes: metric("spend", "365d")', range: node.range };
  }
  const [metric, window] = node.args[2];
  if (!metrics.has(call.metric)) {
    const known = [...metrics].join(", ");
    return {
      code: "unknown_metric",
      detail: `the program has no metric "${call.metric}"; it has ${known}`,
      range: metric?.range ?? node.range,
    };
  }
  if (WINDOW_PATTERN.test(call.window)) return null;
  const detail = `"${call.window}" is not a window: lifetime, month, quarter, year or a number of days such as 365d`;
  return { code: "unknown_window", detail, range: window?.range ?? node.range };
}

const isFirstOrder = (node: ASTNode): boolean =>
  (node.op === "." && node.args[1] === FIRST_ORDER) || (node.op === "[]" && textOf(node.args[1]) === FIRST_ORDER);

/** The sums that a condition reads; `aliased` where it may read any field of the member under another name. */
export function sumsRead(root: ASTNode, aliased: boolean): WindowKey[] {
  const sums = new Map<string, WindowKey>();
  if (aliased) sums.set(COUNTED_ORDERS.key, COUNTED_ORDERS);
  for (const node of nodesOf(root)) {
    const call = asMetricCall(node);
    if (call !== null) sums.set(call.key, windowKey(call.metric, call.window));
    if (isFirstOrder(node)) sums.set(COUNTED_ORDERS.key, COUNTED_ORDERS);
  }
  return [...sums.values()];
}

/** Whether no order of the member's counted before, by the sums of their metrics. */
export const hasNoCountedOrder = (sumOf: (key: string) => number): boolean => sumOf(COUNTED_ORDERS.key) <= 0;
