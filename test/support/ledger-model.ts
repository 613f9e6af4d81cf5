/**
 * A small model of the ledger in plain loops: what members must have after orders, returns, completions, cancellations
 * and the passing of time. It shares no code with the engine. Zone UTC, so a day is 24 hours.
 */
export type ModelProgram = { ordersCount: "placed" | "completed"; pendingDays: number; expiryDays: number };

type ModelLot = { granted: number; clawedBack: number; expired: number; availableAt: number; expiresAt: number };
export type ModelOrder = {
  id: string;
  member: string;
  quantities: number[];
  unitPrices: number[];
  returned: number[];
  status: "placed" | "completed" | "cancelled" | "returned";
  lot: ModelLot | undefined;
  isCounted: boolean;
};

export const BONUS_FROM_GROSS = 5_000;
export const BONUS_POINTS = 7;
const DAY_MS = 86_400_000;

export class LedgerModel {
  readonly program: ModelProgram;
  readonly orders: ModelOrder[] = [];
  now: number;

  constructor(program: ModelProgram, now: number) {
    this.program = program;
    this.now = now;
  }

  place(id: string, member: string, lines: { quantity: number; unitPrice: number }[]): ModelOrder {
    const order: ModelOrder = {
      id,
      member,
      quantities: lines.map((line) => line.quantity),
      unitPrices: lines.map((line) => line.unitPrice),
      returned: lines.map(() => 0),
      status: "placed",
      lot: undefined,
      isCounted: false,
    };
    this.orders.push(order);
    if (this.program.ordersCount === "placed") this.#count(order);
    return order;
  }

  complete(order: ModelOrder): void {
    order.status = "completed";
    if (!order.isCounted) this.#count(order);
  }

  giveBack(order: ModelOrder, line: number, quantity: number): void {
    this.expire();
    const before = keptPoints(order);
    order.returned[line] = (order.returned[line] ?? 0) + quantity;
    const due = before - keptPoints(order);
    if (order.lot !== undefined) order.lot.clawedBack += Math.min(due, order.lot.granted - order.lot.clawedBack - order.lot.expired);
    if (order.returned.every((units, index) => units === order.quantities[index])) order.status = "returned";
  }

  cancel(order: ModelOrder): void {
    for (const [line, quantity] of order.quantities.entries()) {
      const left = quantity - (order.returned[line] ?? 0);
      if (left > 0) this.giveBack(order, line, left);
    }
    order.status = "cancelled";
  }

  expire(): void {
    for (const { lot } of this.orders) if (lot !== undefined && lot.expiresAt <= this.now) lot.expired = lot.granted - lot.clawedBack;
  }

  balanceOf(member: string): { available: number; pending: number; accruedTotal: number } {
    this.expire();
    const sums = { available: 0, pending: 0, accruedTotal: 0 };
    for (const { lot, member: owner } of this.orders) {
      if (lot === undefined || owner !== member) continue;
      const remaining = lot.granted - lot.clawedBack - lot.expired;
      sums[lot.availableAt <= this.now ? "available" : "pending"] += remaining;
      sums.accruedTotal += lot.granted - lot.clawedBack;
    }
    return sums;
  }

  #count(order: ModelOrder): void {
    order.isCounted = true;
    const granted = keptPoints(order);
    if (granted === 0) return;
    const availableAt = this.now + this.program.pendingDays * DAY_MS;
    order.lot = { granted, clawedBack: 0, expired: 0, availableAt, expiresAt: availableAt + this.program.expiryDays * DAY_MS };
  }
}

/** A point for each whole pound of what is kept, and of the bonus its part, rounded down. */
function keptPoints({ quantities, unitPrices, returned }: ModelOrder): number {
  let gross = 0;
  let kept = 0;
  for (const [line, unitPrice] of unitPrices.entries()) {
    gross += unitPrice * (quantities[line] ?? 0);
    kept += unitPrice * ((quantities[line] ?? 0) - (returned[line] ?? 0));
  }
  const bonus = gross >= BONUS_FROM_GROSS ? Math.floor((BONUS_POINTS * kept) / gross) : 0;
  return Math.floor(kept / 100) + bonus;
}
