import type { Kept } from "../orders/kept.ts";
import { decidedParts, partKey } from "../rules/points-parts.ts";
import { compare, type Report } from "./reporter.ts";
import type { OrderLots, VerifiedOrder } from "./verified-orders.ts";

/** Returned units as far as they were bought, so that what is kept can be computed even where they are wrong. */
export function possibleUnits({ cart, returned }: VerifiedOrder): VerifiedOrder["returned"] {
  const units = cart.lines.map(({ line, quantity }) => [String(line), Math.min(Math.max(returned[line] ?? 0, 0), quantity)] as const);
  return Object.fromEntries(units.filter(([, count]) => count > 0));
}

/** No more units are returned than were bought, and of lines that there are. */
export function verifyReturnedUnits(order: VerifiedOrder, report: Report): void {
  const bought = new Map(order.cart.lines.map(({ line, quantity }) => [String(line), quantity]));
  for (const [line, units] of Object.entries(order.returned)) {
    const quantity = bought.get(line) ?? 0;
    if (units >= 0 && units <= quantity) continue;
    const subject = `order ${order.id}, line ${line}`;
    report.show({ check: "returned_units", member: order.member, subject, expected: `at most ${quantity}`, actual: String(units) });
  }
}

/**
 * An order gave the points that its decision says, and after its returns it has left what is kept by its own rates.
 * What was returned before the order counted was never given; what expired or was written off was never taken back.
 */
export function verifyOrderPoints(order: VerifiedOrder, kept: Kept, report: Report): void {
  const lots = new Map(order.lots.map((own) => [partKey(own), own]));
  const decided = new Map(decidedParts(order.decision).map((part) => [partKey(part), part]));
  const keptPoints = new Map(kept.points.map((part) => [partKey(part), part.points]));
  for (const key of new Set([...lots.keys(), ...decided.keys()])) {
    const own = lots.get(key) ?? { granted: 0, clawedBack: 0, expired: 0 };
    const { wallet, rule } = lots.get(key) ?? decided.get(key) ?? { wallet: "", rule: null };
    const subject = rule === null ? `order ${order.id}` : `order ${order.id}, rule ${rule}`;
    const where = { member: order.member, wallet, subject };
    if (order.countedAt === null) {
      compare(report, { check: "order_points", ...where, expected: "0", actual: String(own.granted) });
      continue;
    }
    verifyGranted(own, decided.get(key)?.points ?? 0, order, where, report);
    verifyKept(own, keptPoints.get(key) ?? 0, order, where, report);
  }
}

type OwnPoints = Pick<OrderLots, "granted" | "clawedBack" | "expired">;
type Where = { member: string; wallet: string; subject: string };

function verifyGranted({ granted }: OwnPoints, decided: number, order: VerifiedOrder, where: Where, report: Report): void {
  const wasPlacedWhole = order.lots.length > 0 && order.lots.every(({ fromPlacing }) => fromPlacing);
  const wasWhole = wasPlacedWhole || Object.keys(order.returned).length === 0;
  if (granted === decided || (!wasWhole && granted < decided)) return;
  report.show({ check: "order_points", ...where, expected: wasWhole ? String(decided) : `at most ${decided}`, actual: String(granted) });
}

function verifyKept(
  { granted, clawedBack, expired }: OwnPoints,
  keptPoints: number,
  order: VerifiedOrder,
  where: Where,
  report: Report,
): void {
  const left = granted - clawedBack;
  const mayBeMore = expired > 0 || order.writtenOff > 0 || order.status === "cancelled";
  if (left === keptPoints || (mayBeMore && left > keptPoints)) return;
  report.show({
    check: "order_kept_points",
    ...where,
    expected: mayBeMore ? `at least ${keptPoints}` : String(keptPoints),
    actual: String(left),
  });
}
