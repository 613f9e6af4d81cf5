import type { RealLine } from "./real-orders.ts";

/**
 * What the campaigns of `real-campaigns.test.ts` make of real orders, counted again in plain loops, with nothing of the
 * engine: 10 % off on the 8th by London's calendar, then £60 off from £500 or £30 from £300, then a point for each £1 of
 * net, two where the SKU begins with 22. Amounts in pence. Which orders got how much of the 50 bonus points from £100 before
 * the budget ran out is for the engine to say (`bonuses`, by order); what returns take back of them is counted here.
 */
export type Recount = { orders: Map<string, RecountedOrder>; returns: Map<string, RecountedReturn> };
export type RecountedOrder = { gross: number; discount: number; net: number; points: number };
export type RecountedReturn = { returnedNet: number; clawedBack: number; bonusClawedBack: number };

export const BONUS = { points: 50, fromGross: 10_000 };

type OpenLine = { line: number; sku: string; quantity: number; left: number; returned: number };

const dayInLondon = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "numeric" });

/** Half up, of whole numbers. */
const share = (amount: number, part: number, whole: number): number => Math.floor((2 * amount * part + whole) / (2 * whole));

export function recountCampaigns(file: readonly RealLine[], bonuses: ReadonlyMap<string, number>): Recount {
  const open = new Map<string, OpenLine[]>();
  const recount: Recount = { orders: new Map(), returns: new Map() };
  for (const entry of file) {
    if (entry.type === "order") {
      const lines = entry.lines.map((line) => ({ ...line, left: line.quantity * line.unitPrice, returned: 0 }));
      lines.sort((a, b) => a.line - b.line);
      const gross = sumLeft(lines);
      if (dayInLondon.format(new Date(entry.occurredAt)) === "8") for (const line of lines) line.left -= share(line.left, 10, 100);
      const left = sumLeft(lines);
      takeOff(lines, left >= 50_000 ? 6000 : left >= 30_000 ? 3000 : 0);
      open.set(entry.id, lines);
      recount.orders.set(entry.id, { gross, discount: gross - sumLeft(lines), net: sumLeft(lines), points: pointsKept(lines) });
    } else {
      const lines = open.get(entry.orderId) ?? [];
      const bonusKept = () => Math.min(bonuses.get(entry.orderId) ?? 0, Math.floor((BONUS.points * netKept(lines)) / sumLeft(lines)));
      const before = { net: netKept(lines), points: pointsKept(lines), bonus: bonusKept() };
      for (const { line, quantity } of entry.lines) {
        const returned = lines.find((candidate) => candidate.line === line);
        if (returned !== undefined) returned.returned += quantity;
      }
      recount.returns.set(entry.id, {
        returnedNet: before.net - netKept(lines),
        clawedBack: before.points - pointsKept(lines),
        bonusClawedBack: before.bonus - bonusKept(),
      });
    }
  }
  return recount;
}

const sumLeft = (lines: readonly OpenLine[]): number => lines.reduce((sum, { left }) => sum + left, 0);
const kept = ({ left, quantity, returned }: OpenLine): number => share(left, quantity - returned, quantity);
const netKept = (lines: readonly OpenLine[]): number => lines.reduce((sum, line) => sum + kept(line), 0);

function pointsKept(lines: readonly OpenLine[]): number {
  let hundredths = 0;
  for (const line of lines) hundredths += kept(line) * (line.sku.startsWith("22") ? 2 : 1);
  return Math.floor(hundredths / 100);
}

/** Spreads an amount over the lines by what is left of them: each its share rounded down, the pennies left to the largest remainders. */
function takeOff(lines: readonly OpenLine[], amount: number): void {
  if (amount === 0) return;
  const total = sumLeft(lines);
  const parts = lines.map((line) => ({ line, part: Math.floor((amount * line.left) / total), rest: (amount * line.left) % total }));
  let missing = amount - parts.reduce((sum, { part }) => sum + part, 0);
  for (const part of parts.toSorted((a, b) => b.rest - a.rest || a.line.line - b.line.line)) {
    if (missing === 0) break;
    part.part += 1;
    missing -= 1;
  }
  for (const { line, part } of parts) line.left -= part;
}
