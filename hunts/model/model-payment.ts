import type { ModelPart } from "./model-wallet.ts";

/** Each `step` of points pays `stepPence`; of an order's net at most `sharePercent`. */
export type ModelPaymentTerms = {
  step: number;
  stepPence: number;
  minimum: number;
  sharePercent: number;
  /** Whether what points have paid earns points too. */
  isEarning: boolean;
};

/** Points that an order was paid with; `parts` are those that have not come back, in the order in which they were taken. */
export type ModelPayment = { points: number; parts: ModelPart[] };

/** As many points as the order lets through, or exactly so many. */
export type AskedPoints = "most" | number;

export type PaidLine = { quantity: number; unitPrice: number };

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
const netsOf = (lines: readonly PaidLine[]): number[] => lines.map(({ quantity, unitPrice }) => quantity * unitPrice);

/** With how many points an order is paid; null where it is refused. */
export function payingPoints(terms: ModelPaymentTerms, lines: readonly PaidLine[], asked: AskedPoints, spendable: number): number | null {
  const { step, stepPence, minimum, sharePercent } = terms;
  const share = Math.floor((sum(netsOf(lines)) * sharePercent) / (100 * stepPence)) * step;
  const most = Math.min(share, Math.floor(spendable / step) * step);
  if (asked === "most") return most < minimum ? 0 : most;
  return asked >= minimum && asked <= most && asked % step === 0 ? asked : null;
}

/** What of each line earns nothing, since points have paid it: whole pence first, the rest a penny each to those that lack most of one. */
export function penceWithoutPoints(
  { step, stepPence, isEarning }: ModelPaymentTerms,
  lines: readonly PaidLine[],
  points: number,
): number[] {
  const nets = netsOf(lines);
  const pence = isEarning ? 0 : (points / step) * stepPence;
  if (pence === 0) return nets.map(() => 0);
  const shares = nets.map((net) => pence * net);
  const parts = shares.map((share) => Math.floor(share / sum(nets)));
  const lacking = shares.map((share) => share % sum(nets));
  for (let left = pence - sum(parts); left > 0; left -= 1) {
    const next = lacking.indexOf(Math.max(...lacking));
    parts[next] = (parts[next] ?? 0) + 1;
    lacking[next] = -1;
  }
  return parts;
}

/** How many points of a payment stay with what is kept of an order. */
export const keptPayment = ({ points }: ModelPayment, { kept, net }: { kept: number; net: number }): number =>
  points === 0 ? 0 : Math.round((points * kept) / net);

/** Takes the last `points` off the parts of a payment: what was taken last comes back first. */
export function lastParts(parts: ModelPart[], points: number): ModelPart[] {
  const last: ModelPart[] = [];
  let left = points;
  while (left > 0) {
    const part = parts.pop();
    if (part === undefined) throw new Error("more is given back than was paid");
    const taken = Math.min(part.points, left);
    if (taken < part.points) parts.push({ lot: part.lot, points: part.points - taken });
    last.unshift({ lot: part.lot, points: taken });
    left -= taken;
  }
  return last;
}
