import { allocate } from "../core/allocate.ts";
import { multiplyDown, multiplyHalfUp } from "../core/rounding.ts";
import type { LineDecision, PaymentDecision, PaymentOffer, PaymentRefusal, PaymentTerms, RuleTrace } from "./decision.ts";

const BASIS_POINTS = 10_000;

/** What points are worth, in minor units; exact for whole steps. */
const worthOf = ({ points: perPoints, amount }: PaymentTerms, points: number): number => multiplyDown(points, amount, perPoints);

/** The most points that a net lets through: whole steps within the share, or none where they do not reach the minimum. */
function shareOf(terms: PaymentTerms, net: number): number {
  const { points, amount, step, minimum, maxShareBps } = terms;
  const within = Math.min(Number.MAX_SAFE_INTEGER, multiplyDown(multiplyDown(net, maxShareBps, BASIS_POINTS), points, amount));
  const whole = within - (within % step);
  return whole < minimum ? 0 : whole;
}

/** Why so many points cannot pay, or null where they can. What the terms say comes before what the member has. */
function refusalOf({ terms, spendable }: PaymentOffer, share: number, points: number): PaymentRefusal | null {
  const { minimum, step } = terms;
  if (points < minimum) return { reason: "below_minimum", minimum };
  if (points % step !== 0) return { reason: "not_a_step", step };
  if (points > share) return { reason: "share_exceeded", atMost: share };
  return points > spendable ? { reason: "insufficient_points", missing: points - spendable } : null;
}

/** The most that can pay, and why the next step cannot. */
function mostOf(offer: PaymentOffer, share: number): PaymentDecision["most"] {
  const { terms, spendable } = offer;
  const { step, minimum } = terms;
  const whole = Math.min(spendable - (spendable % step), share);
  const points = whole < minimum ? 0 : whole;
  const next = points === 0 ? minimum : points + step;
  // The share ends before the order does, so one step more is always refused.
  const notMore = refusalOf(offer, share, next) ?? { reason: "share_exceeded", atMost: share };
  return { points, amount: worthOf(terms, points), notMore };
}

/**
 * Pays a part of decided lines with points: a tender, so neither discounts nor the net change.
 *
 * Units:   whole points, minor units.
 * Rounds:  the share down to a whole step; the parts of the lines by largest remainder, in proportion to their net.
 * Errors:  none: points that cannot pay are `refused`, and then none are used.
 */
export function decidePayment(offer: PaymentOffer, lines: readonly LineDecision[]): PaymentDecision {
  const { wallet, terms } = offer;
  const share = shareOf(
    terms,
    lines.reduce((sum, { net }) => sum + net, 0),
  );
  const most = mostOf(offer, share);
  const asked = offer.points === "most" ? most.points : offer.points;
  const refused = asked === 0 ? null : refusalOf(offer, share, asked);
  const points = refused === null ? asked : 0;
  const amount = worthOf(terms, points);
  const parts = allocate(
    amount,
    lines.map(({ line, net }) => ({ line, weight: net })),
  );
  const paid = lines.flatMap(({ line }, index) => ((parts[index] ?? 0) > 0 ? [{ line, amount: parts[index] ?? 0 }] : []));
  return { wallet, points, amount, lines: paid, most, ...(refused !== null && { refused }) };
}

/**
 * The lines with what of each still earns points: where points earn none, its net less the part that they pay, and of that less
 * its share of the tax, rounded half up as where a discount lowers it.
 */
export function earningAfter({ terms }: PaymentOffer, payment: PaymentDecision, lines: readonly LineDecision[]): LineDecision[] {
  if (terms.earnOnPointsPaid || payment.points === 0) return [...lines];
  const paid = new Map(payment.lines.map(({ line, amount }) => [line, amount]));
  return lines.map((line) => {
    const part = paid.get(line.line) ?? 0;
    if (part === 0) return line;
    const money = line.net - part;
    return { ...line, earning: Math.max(0, money - multiplyHalfUp(line.net - line.base, money, line.net)) };
  });
}

/** What is kept of a payment once only `keptNet` of the order's `net` is: see `keptPayment`. */
export type KeptPayment = { points: number; amount: number };

/**
 * What of a payment stays with the goods that are kept; the rest goes back. By the kept net alone, so that returns in any number of
 * parts come to the same, and nobody ever pays back money: kept net less kept amount never falls while the kept net grows.
 *
 * Units:   whole points, minor units.
 * Rounds:  both half up, as the kept net, each by itself: where a point is worth more than a minor unit, what the points in between
 *          are worth differs from the amount by half a point at most.
 */
export function keptPayment({ points, amount }: KeptPayment, { keptNet, net }: { keptNet: number; net: number }): KeptPayment {
  if (points === 0) return { points: 0, amount: 0 };
  return { points: multiplyHalfUp(points, keptNet, net), amount: multiplyHalfUp(amount, keptNet, net) };
}

/** What the explanation of an order says of its payment. */
export function paymentTrace({ wallet, points, amount, refused }: PaymentDecision): RuleTrace {
  const named = { rule: `payment:${wallet}`, label: "Paid with points" };
  if (refused === undefined) return { ...named, matched: true, gave: points === 0 ? [] : [{ kind: "payment", wallet, points, amount }] };
  const { reason: why, ...facts } = refused;
  return { ...named, matched: false, reason: { kind: "payment_refused", why, ...facts }, gave: [] };
}
