import { isDeepStrictEqual } from "node:util";
import { keptOf } from "../../src/orders/kept.ts";
import type { CartFacts, Decision } from "../../src/rules/decision.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function* flawsOfPrice({ totals, lines, discounts }: Decision, { pricing }: CartFacts): Generator<string> {
  for (const { line, gross, discount, net, base } of lines) {
    if (![gross, discount, net, base].every(isAmount)) yield `line ${line} has an amount below 0 or past 2^53`;
    if (pricing === "engine" && gross - discount !== net) yield `line ${line}: ${gross} less ${discount} is not ${net}`;
    if (base > net) yield `line ${line} earns on more than its net`;
  }
  for (const { rule, amount, lines: parts } of discounts) {
    if (amount <= 0 || amount !== sum(parts.map((part) => part.amount))) yield `the parts of the discount of ${rule} are not ${amount}`;
  }
  if (totals.discount !== sum(lines.map(({ discount }) => discount))) yield "the discounts of the lines are not the order's";
  if (pricing === "engine" && totals.discount !== sum(discounts.map(({ amount }) => amount)))
    yield "the rules' discounts are not the order's";
  if (totals.net !== sum(lines.map(({ net }) => net))) yield "the nets of the lines are not the order's";
  if (!isAmount(totals.shipping) || totals.payable !== totals.net + totals.shipping) yield "net and shipping are not what is payable";
}

function* flawsOfReturns(decision: Decision, facts: CartFacts): Generator<string> {
  const cart = { ...facts, memberId: "hunted", occurredAt: "2026-03-01T12:00:00Z", coupons: [], lines: [...facts.lines] };
  const nothing = keptOf({ cart, decision }, {});
  for (const { wallet, points } of decision.accruals) {
    if (!isAmount(points)) yield `${points} points of ${wallet}`;
    const kept = nothing.points.reduce((sum, part) => (part.wallet === wallet ? sum + part.points : sum), 0);
    if (kept !== points) yield `nothing is returned, and other points of ${wallet} are kept`;
  }
  const all = keptOf({ cart, decision }, Object.fromEntries(cart.lines.map(({ line, quantity }) => [line, quantity])));
  if (all.net !== 0 || all.spend !== 0) yield "everything is returned, and net is kept";
  for (const { wallet, points } of all.points) if (points !== 0) yield `everything is returned, and ${points} points of ${wallet} are kept`;
}

/** What no decision may be, whatever the rules and the cart. */
export function* flawsOfDecision(decision: Decision, cart: CartFacts): Generator<string> {
  yield* flawsOfPrice(decision, cart);
  if (cart.lines.length > 0) yield* flawsOfReturns(decision, cart); // an event is not returned
  for (const { rule, matched, reason } of decision.trace) {
    if (matched !== (reason === undefined)) yield `the trace of ${rule} gives a reason exactly when it should not`;
  }
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(decision)), decision)) yield "the decision does not come back from JSON as it was";
}
