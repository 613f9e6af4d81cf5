import { type KeptLine, keptNet, keptOfRule, keptPoints } from "../rules/kept.ts";
import { keptUse } from "../rules/limits/kept-uses.ts";
import { type KeptPayment, keptPayment } from "../rules/payment.ts";
import { type PointsPart, partsOf } from "../rules/points-parts.ts";
import type { OrderState } from "./order-state.ts";

/**
 * What of an order is left after its returns so far. Minor units; `points` by lot and `uses` of the decision, each in its order; of
 * what was `paid` with points, what stays with it.
 */
export type Kept = {
  net: number;
  spend: number;
  netByLine: Map<number, number>;
  points: PointsPart[];
  uses: number[];
  paid: KeptPayment;
};

const NOT_PAID: KeptPayment = { points: 0, amount: 0 };

/**
 * Computes what is kept of an order after `returned` units of its lines: each line's net and base in proportion to the
 * units that stay, rounded half up on cumulative quantities, and of each accrual what those lines earn by the order's
 * own rates and multipliers. Nothing is judged again.
 */
export function keptOf(order: Pick<OrderState, "cart" | "decision">, returned: OrderState["returned"]): Kept {
  const quantities = new Map(order.cart.lines.map(({ line, quantity }) => [line, quantity]));
  const netByLine = new Map<number, number>();
  const lines = new Map<number, KeptLine>();
  let spend = 0;
  for (const { line, net, base, earning = base } of order.decision.lines) {
    const quantity = quantities.get(line) ?? 0;
    const gone = returned[line] ?? 0;
    netByLine.set(line, keptNet(net, quantity, gone));
    spend += keptNet(base, quantity, gone);
    lines.set(line, { base: keptNet(earning, quantity, gone), units: quantity - gone });
  }
  const isAnythingKept = order.cart.lines.some(({ line, quantity }) => (returned[line] ?? 0) < quantity);
  const net = sum(netByLine);
  const share = { keptNet: net, net: order.decision.totals.net, isAnythingKept };
  const points = partsOf(order.decision.accruals, (accrual, part) =>
    part === undefined ? keptPoints(accrual, lines, share) : keptOfRule(part, accrual, lines, share),
  );
  const limitedPoints = (rule: string, wallet: string): number => {
    const accrual = order.decision.accruals.find((own) => own.wallet === wallet);
    const part = accrual?.limited?.find((own) => own.rule === rule);
    return accrual === undefined || part === undefined ? 0 : keptOfRule(part, accrual, lines, share);
  };
  const units = new Map([...quantities].map(([line, quantity]) => [line, { quantity, gone: returned[line] ?? 0 }]));
  const uses = (order.decision.uses ?? []).map((use) => keptUse(use, order.decision, { units, isAnythingKept, limitedPoints }));
  const { payment } = order.decision;
  const paid = payment === undefined ? NOT_PAID : keptPayment(payment, share);
  return { net, spend, netByLine, points, uses, paid };
}

const sum = (amounts: Map<number, number>): number => amounts.values().reduce((total, amount) => total + amount, 0);
