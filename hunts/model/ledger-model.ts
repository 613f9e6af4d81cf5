import { type ModelLot, type ModelPart, ModelWallet } from "./model-wallet.ts";

/** The policies of a program under test: zone UTC, so a day is 24 hours. */
export type ModelProgram = {
  id: string;
  ordersCount: "placed" | "completed";
  /** `confirm`: points wait until the order is confirmed. */
  pendingDays: number | "confirm";
  expiryDays: number;
  clawback: "debt" | "within_balance";
  /** Whether earning and spending count the expiry of all points anew. */
  isExtended: boolean;
  /** Points that each transfer costs. */
  transferFee: number;
};

export type ModelLine = { quantity: number; unitPrice: number; returned: number };
export type ModelOrder = {
  id: string;
  member: string;
  lines: ModelLine[];
  status: "placed" | "completed" | "cancelled" | "returned";
  isCounted: boolean;
  lot: ModelLot | undefined;
};

export type ModelRedemption = { id: string; member: string; parts: ModelPart[]; isOpen: boolean };
/** A movement that may be reversed by hand; `key` is whose entry it is, whatever has become of the member. */
export type ModelMovement = { key: string; id: string; isReversed: boolean } & (
  | { what: "gift"; lot: ModelLot }
  | { what: "taken" | "captured"; parts: ModelPart[] }
);

export const BONUS_FROM_GROSS = 5_000;
export const BONUS_POINTS = 7;
export const DAY_MS = 86_400_000;

/** What the members of one sequence must have: orders and wallets in plain loops. Answers of commands: false is refused, and nothing changes. */
export class LedgerModel {
  readonly program: ModelProgram;
  readonly orders: ModelOrder[] = [];
  readonly wallets = new Map<string, ModelWallet>();
  readonly redemptions: ModelRedemption[] = [];
  readonly movements: ModelMovement[] = [];
  /** Ids of members who were merged, and into whom. */
  readonly aliases = new Map<string, string>();
  now: number;

  constructor(program: ModelProgram, now: number) {
    this.program = program;
    this.now = now;
  }

  /** A member's wallet as of now; a member is there from the first order or gift on. */
  walletOf(id: string): ModelWallet {
    const member = this.nameOf(id);
    const wallet = this.wallets.get(member) ?? new ModelWallet();
    this.wallets.set(member, wallet);
    wallet.settle(this.now);
    return wallet;
  }

  nameOf(id: string): string {
    return this.aliases.get(id) ?? id;
  }

  has(id: string): boolean {
    return this.wallets.has(this.nameOf(id));
  }

  place(id: string, member: string, lines: { quantity: number; unitPrice: number }[]): boolean {
    this.walletOf(member);
    const order: ModelOrder = {
      id,
      member,
      lines: lines.map((line) => ({ ...line, returned: 0 })),
      status: "placed",
      isCounted: false,
      lot: undefined,
    };
    this.orders.push(order);
    if (this.program.ordersCount === "placed") this.#count(order);
    return true;
  }

  complete(order: ModelOrder): boolean {
    if (order.status !== "placed") return false;
    this.walletOf(order.member);
    order.status = "completed";
    if (!order.isCounted) this.#count(order);
    return true;
  }

  confirm(order: ModelOrder): boolean {
    if (order.status === "cancelled" || order.status === "returned") return false;
    const wallet = this.walletOf(order.member);
    const { lot } = order;
    if (lot === undefined || !lot.isPending || lot.availableAt !== Number.POSITIVE_INFINITY || lot.remaining === 0) return false;
    lot.availableAt = this.now;
    lot.expiresAt = this.now + this.program.expiryDays * DAY_MS;
    wallet.activate(lot);
    return true;
  }

  giveBack(order: ModelOrder, line: number, quantity: number): boolean {
    const returned = order.lines[line];
    if (order.status === "cancelled" || returned === undefined || quantity > returned.quantity - returned.returned) return false;
    const before = keptPoints(order);
    returned.returned += quantity;
    if (order.lines.every(({ quantity: bought, returned: back }) => bought === back)) order.status = "returned";
    const wallet = this.walletOf(order.member);
    if (order.lot !== undefined) wallet.clawBack(before - keptPoints(order), order.lot, this.program.clawback);
    return true;
  }

  cancel(order: ModelOrder): boolean {
    if (order.status === "cancelled" || order.status === "returned") return false;
    const before = keptPoints(order);
    for (const line of order.lines) line.returned = line.quantity;
    order.status = "cancelled";
    const wallet = this.walletOf(order.member);
    if (order.lot !== undefined) wallet.clawBack(before, order.lot, this.program.clawback);
    return true;
  }

  adjust(id: string, member: string, points: number, shortfall: "refuse" | "debt"): boolean {
    const wallet = this.walletOf(member);
    const movement = { key: this.nameOf(member), id, isReversed: false };
    if (points > 0) {
      const lot = wallet.grant(points, this.#datesOf(0), this.now, false);
      this.movements.push({ ...movement, what: "gift", lot });
      return true;
    }
    const taken = Math.min(-points, wallet.balance().available);
    if (taken < -points && shortfall === "refuse") return false;
    const parts = wallet.take(taken);
    if (taken > 0) this.movements.push({ ...movement, what: "taken", parts });
    wallet.owe(-points - taken);
    return true;
  }

  reverse(movement: ModelMovement, shortfall: "refuse" | "debt"): boolean {
    const wallet = this.walletOf(movement.key);
    if (movement.isReversed) return false;
    if (movement.what === "gift") {
      if (!wallet.takeGift(movement.lot, shortfall)) return false;
    } else wallet.giveBack(movement.parts, { now: this.now, wasSpent: movement.what === "captured" });
    movement.isReversed = true;
    return true;
  }

  redeem(id: string, member: string, points: number): boolean {
    const wallet = this.walletOf(member);
    if (wallet.balance().available < points) return false;
    this.redemptions.push({ id, member: this.nameOf(member), parts: wallet.spend(points), isOpen: true });
    this.#extend(wallet);
    return true;
  }

  cancelRedemption(redemption: ModelRedemption): boolean {
    const wallet = this.walletOf(redemption.member);
    if (!redemption.isOpen) return false;
    redemption.isOpen = false;
    wallet.giveBack(redemption.parts, { now: this.now, wasSpent: true });
    return true;
  }

  merge(from: string, into: string): boolean {
    const isAlias = this.aliases.has(from) || this.aliases.has(into);
    if (from === into || isAlias) return false;
    const [source, target] = [this.walletOf(from), this.walletOf(into)];
    const isWaiting = source.holds.some((hold) => hold.isOpen) || this.redemptions.some(({ isOpen, member }) => isOpen && member === from);
    if (isWaiting) return false;
    target.join(source);
    for (const [alias, member] of this.aliases) if (member === from) this.aliases.set(alias, into);
    this.aliases.set(from, into);
    this.wallets.delete(from);
    return true;
  }

  transfer(from: string, to: string, points: number): boolean {
    const { transferFee } = this.program;
    const [giver, taker] = [this.walletOf(from), this.walletOf(to)];
    if (this.nameOf(from) === this.nameOf(to) || transferFee >= points || giver.balance().available < points) return false;
    const moved = giver.take(points - transferFee);
    giver.take(transferFee);
    const byExpiry = new Map<number, number>();
    for (const { lot, points: part } of moved) byExpiry.set(lot.expiresAt, (byExpiry.get(lot.expiresAt) ?? 0) + part);
    for (const [expiresAt, part] of byExpiry) taker.grant(part, { earnedAt: this.now, availableAt: this.now, expiresAt }, this.now, false);
    return true;
  }

  hold(id: string, member: string, points: number, hours: number): boolean {
    const wallet = this.walletOf(member);
    if (wallet.balance().available < points) return false;
    wallet.hold(id, points, this.now + (hours * DAY_MS) / 24);
    return true;
  }

  /** `captured` of 0 is a release. */
  resolveHold(member: string, id: string, captured: number): boolean {
    const wallet = this.walletOf(member);
    const hold = wallet.holds.find((each) => each.id === id);
    if (hold === undefined || !hold.isOpen || captured > hold.points) return false;
    const parts = wallet.resolve(hold, captured, this.now);
    if (captured === 0) return true;
    this.movements.push({ key: this.nameOf(member), id, isReversed: false, what: "captured", parts });
    this.#extend(wallet);
    return true;
  }

  #count(order: ModelOrder): void {
    order.isCounted = true;
    const points = keptPoints(order);
    const { pendingDays } = this.program;
    const dates =
      pendingDays === "confirm"
        ? { earnedAt: this.now, availableAt: Number.POSITIVE_INFINITY, expiresAt: Number.POSITIVE_INFINITY }
        : this.#datesOf(pendingDays);
    if (points === 0) return;
    const wallet = this.walletOf(order.member);
    order.lot = wallet.grant(points, dates, this.now, true);
    this.#extend(wallet);
  }

  #extend(wallet: ModelWallet): void {
    if (this.program.isExtended) wallet.extend(this.now, this.program.expiryDays * DAY_MS);
  }

  #datesOf(pendingDays: number) {
    const availableAt = this.now + pendingDays * DAY_MS;
    return { earnedAt: this.now, availableAt, expiresAt: availableAt + this.program.expiryDays * DAY_MS };
  }
}

/** A point for each whole pound of what is kept, and of the bonus its part, rounded down. */
function keptPoints({ lines }: ModelOrder): number {
  let gross = 0;
  let kept = 0;
  for (const { quantity, unitPrice, returned } of lines) {
    gross += unitPrice * quantity;
    kept += unitPrice * (quantity - returned);
  }
  const bonus = gross >= BONUS_FROM_GROSS ? Math.floor((BONUS_POINTS * kept) / gross) : 0;
  return Math.floor(kept / 100) + bonus;
}
