import { isTied, ModelHouseholds, sharesOf } from "./model-households.ts";
import {
  type AskedPoints,
  keptPayment,
  lastParts,
  type ModelPayment,
  type ModelPaymentTerms,
  payingPoints,
  penceWithoutPoints,
} from "./model-payment.ts";
import { byBurnOrder, type ModelLot, type ModelPart, ModelWallet } from "./model-wallet.ts";

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
  payment: ModelPaymentTerms;
  /** How long points live on that come back after their date; 0 is not at all. */
  renewalDays: number;
  /** The most members of a household. */
  householdOf: number;
};

/** `unearning` pence of a line earn no points. */
export type ModelLine = { quantity: number; unitPrice: number; returned: number; unearning: number };
export type ModelOrder = {
  id: string;
  member: string;
  lines: ModelLine[];
  status: "placed" | "completed" | "cancelled" | "returned";
  isCounted: boolean;
  lot: ModelLot | undefined;
  payment: ModelPayment;
};

export type ModelRedemption = { id: string; member: string; parts: ModelPart[]; isOpen: boolean };
/** A movement that may be reversed by hand; `key` is whose entry it is, whatever has become of the member. */
export type ModelMovement = { key: string; id: string; isReversed: boolean } & (
  | { what: "gift"; lot: ModelLot }
  | { what: "taken" | "captured"; parts: ModelPart[] }
);

/** What steps may lead to, beside what they are. */
export type Happening = "points are drawn from others" | "a payment comes back" | "points that come back are renewed";

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
  readonly households: ModelHouseholds;
  readonly #happens: (what: Happening) => void;
  now: number;

  constructor(program: ModelProgram, now: number, happens: (what: Happening) => void) {
    this.program = program;
    this.#happens = happens;
    this.households = new ModelHouseholds(program.householdOf);
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

  /** What a member can spend, with what they may draw from their household. */
  spendableOf(member: string): number {
    return [this.walletOf(member), ...this.#matesOf(member)].reduce((sum, wallet) => sum + wallet.balance().available, 0);
  }

  /** Whether the dates of points say from whom of their household a member draws. */
  isDrawTold(member: string): boolean {
    return !isTied(this.#matesOf(member));
  }

  /** `asked` points pay for it; null is none. */
  place(id: string, member: string, lines: { quantity: number; unitPrice: number }[], asked: AskedPoints | null): boolean {
    const { payment: terms, ordersCount } = this.program;
    const points = asked === null ? 0 : payingPoints(terms, lines, asked, this.spendableOf(member));
    if (points === null) return false;
    const unearning = penceWithoutPoints(terms, lines, points);
    const order: ModelOrder = {
      id,
      member,
      lines: lines.map((line, n) => ({ ...line, returned: 0, unearning: unearning[n] ?? 0 })),
      status: "placed",
      isCounted: false,
      lot: undefined,
      payment: { points, parts: points === 0 ? [] : this.#spend(member, points) },
    };
    this.walletOf(member);
    this.orders.push(order);
    if (ordersCount === "placed") this.#count(order);
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
    this.#takeBack(order, () => {
      returned.returned += quantity;
    });
    if (order.lines.every(({ quantity: bought, returned: back }) => bought === back)) order.status = "returned";
    return true;
  }

  cancel(order: ModelOrder): boolean {
    if (order.status === "cancelled" || order.status === "returned") return false;
    this.#takeBack(order, () => {
      for (const line of order.lines) line.returned = line.quantity;
    });
    order.status = "cancelled";
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
    } else {
      const parts = movement.parts.toSorted((a, b) => byBurnOrder(a.lot, b.lot));
      this.#giveBack(wallet, parts, movement.what === "captured");
    }
    movement.isReversed = true;
    return true;
  }

  redeem(id: string, member: string, points: number): boolean {
    if (this.spendableOf(member) < points) return false;
    this.redemptions.push({ id, member: this.nameOf(member), parts: this.#spend(member, points), isOpen: true });
    return true;
  }

  cancelRedemption(redemption: ModelRedemption): boolean {
    const wallet = this.walletOf(redemption.member);
    if (!redemption.isOpen) return false;
    redemption.isOpen = false;
    this.#giveBack(wallet, redemption.parts, true);
    return true;
  }

  merge(from: string, into: string): boolean {
    const isAlias = this.aliases.has(from) || this.aliases.has(into);
    const isInHousehold = [from, into].some((member) => this.households.of(member) !== undefined);
    if (from === into || isAlias || isInHousehold) return false;
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
    this.#move(giver, taker, points - transferFee);
    giver.take(transferFee);
    return true;
  }

  hold(id: string, member: string, points: number, hours: number): boolean {
    if (this.spendableOf(member) < points) return false;
    const wallet = this.#draw(member, points);
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

  /** Those on whose points a member may draw: nobody where they owe points. */
  #matesOf(member: string): ModelWallet[] {
    if (this.walletOf(member).debt > 0) return [];
    return this.households.matesOf(this.nameOf(member)).map((mate) => this.walletOf(mate));
  }

  /** Lets a member have so many points, what they lack of them from their household. Answers their wallet. */
  #draw(member: string, points: number): ModelWallet {
    const wallet = this.walletOf(member);
    const missing = points - wallet.balance().available;
    for (const [mate, share] of sharesOf(this.#matesOf(member), missing)) {
      this.#happens("points are drawn from others");
      this.#move(mate, wallet, share);
    }
    return wallet;
  }

  #spend(member: string, points: number): ModelPart[] {
    const wallet = this.#draw(member, points);
    const parts = wallet.spend(points);
    this.#extend(wallet);
    return parts;
  }

  #giveBack(wallet: ModelWallet, parts: readonly ModelPart[], wasSpent: boolean): void {
    const { renewalDays } = this.program;
    if (renewalDays > 0 && parts.some(({ lot }) => lot.expiresAt <= this.now)) this.#happens("points that come back are renewed");
    wallet.giveBack(parts, { now: this.now, wasSpent, renewal: renewalDays * DAY_MS });
  }

  /** Points keep their dates. */
  #move(giver: ModelWallet, taker: ModelWallet, points: number): void {
    const byExpiry = new Map<number, number>();
    for (const { lot, points: part } of giver.take(points)) byExpiry.set(lot.expiresAt, (byExpiry.get(lot.expiresAt) ?? 0) + part);
    for (const [expiresAt, part] of byExpiry) taker.grant(part, { earnedAt: this.now, availableAt: this.now, expiresAt }, this.now, false);
  }

  /** What `change` takes from an order gives back of its payment first, and then takes back of what it earned. */
  #takeBack(order: ModelOrder, change: () => void): void {
    const before = keptOf(order);
    change();
    const after = keptOf(order);
    const wallet = this.walletOf(order.member);
    if (after.paid < before.paid) this.#happens("a payment comes back");
    this.#giveBack(wallet, lastParts(order.payment.parts, before.paid - after.paid), true);
    if (order.lot !== undefined) wallet.clawBack(before.points - after.points, order.lot, this.program.clawback);
  }

  #count(order: ModelOrder): void {
    order.isCounted = true;
    const { points } = keptOf(order);
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

/**
 * What is kept of an order: a point for each whole pound that earns, and of the bonus its part, rounded down; and the points that it stays
 * paid with.
 */
function keptOf({ lines, payment }: ModelOrder): { points: number; paid: number } {
  let [net, kept, earning] = [0, 0, 0];
  for (const { quantity, unitPrice, returned, unearning } of lines) {
    net += unitPrice * quantity;
    kept += unitPrice * (quantity - returned);
    earning += Math.round(((unitPrice * quantity - unearning) * (quantity - returned)) / quantity);
  }
  const bonus = net >= BONUS_FROM_GROSS ? Math.floor((BONUS_POINTS * kept) / net) : 0;
  return { points: Math.floor(earning / 100) + bonus, paid: keptPayment(payment, { kept, net }) };
}
