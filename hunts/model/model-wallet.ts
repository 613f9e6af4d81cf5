/**
 * A member's wallet in plain loops: what the ledger must hold after each command. Shares no code with the engine.
 * Whole points; instants in milliseconds; `Infinity` is never.
 */
export type ModelLot = {
  granted: number;
  remaining: number;
  held: number;
  clawedBack: number;
  expired: number;
  isPending: boolean;
  earnedAt: number;
  availableAt: number;
  expiresAt: number;
};
/** Points of a lot. */
export type ModelPart = { lot: ModelLot; points: number };
export type ModelHold = { id: string; points: number; expiresAt: number; isOpen: boolean; parts: ModelPart[] };
export type ModelBalance = {
  available: number;
  pending: number;
  held: number;
  debt: number;
  accruedTotal: number;
  redeemedTotal: number;
};

export const free = (lot: ModelLot): number => lot.remaining - lot.held;

/** What expires first before what lives longer, and of the same date what was earned first. */
export const byBurnOrder = (a: ModelLot, b: ModelLot): number =>
  a.expiresAt === b.expiresAt ? a.earnedAt - b.earnedAt : a.expiresAt < b.expiresAt ? -1 : 1;

export class ModelWallet {
  /** In the order in which they were made. */
  readonly lots: ModelLot[] = [];
  readonly holds: ModelHold[] = [];
  debt = 0;
  #accrued = 0;
  #clawedBack = 0;
  #redeemed = 0;

  balance(): ModelBalance {
    const sums = { available: 0, pending: 0, held: 0 };
    for (const lot of this.lots) {
      sums[lot.isPending ? "pending" : "available"] += free(lot);
      sums.held += lot.held;
    }
    return { ...sums, debt: this.debt, accruedTotal: this.#accrued - this.#clawedBack, redeemedTotal: this.#redeemed };
  }

  /** What the clock has done by `now`, in the order of time. */
  settle(now: number): void {
    for (;;) {
      let at = Number.POSITIVE_INFINITY;
      let next: (() => void) | undefined;
      for (const lot of this.lots) {
        if (lot.isPending && free(lot) > 0 && lot.availableAt < lot.expiresAt && lot.availableAt <= now && lot.availableAt < at) {
          at = lot.availableAt;
          next = () => this.activate(lot);
        } else if (free(lot) > 0 && lot.expiresAt <= now && lot.expiresAt < at) {
          at = lot.expiresAt;
          next = () => expire(lot);
        }
      }
      for (const hold of this.holds) {
        if (!hold.isOpen || hold.expiresAt > now || hold.expiresAt > at) continue;
        at = hold.expiresAt;
        next = () => this.resolve(hold, 0, now);
      }
      if (next === undefined) return;
      next();
    }
  }

  activate(lot: ModelLot): void {
    lot.isPending = false;
    this.#payDebt([lot]);
  }

  grant(points: number, dates: { earnedAt: number; availableAt: number; expiresAt: number }, now: number, isAccrual: boolean): ModelLot {
    const isPending = dates.availableAt > now;
    const lot = { granted: points, remaining: points, held: 0, clawedBack: 0, expired: 0, isPending, ...dates };
    this.lots.push(lot);
    if (isAccrual) this.#accrued += points;
    if (!isPending) this.#payDebt([lot]);
    if (lot.expiresAt <= now) expire(lot);
    return lot;
  }

  /** Takes up to `points`, what expires first before what lives longer; answers the parts. */
  take(points: number): ModelPart[] {
    return this.#parts(points).map((part) => {
      part.lot.remaining -= part.points;
      return part;
    });
  }

  hold(id: string, points: number, expiresAt: number): void {
    const parts = this.#parts(points);
    for (const part of parts) part.lot.held += part.points;
    this.holds.push({ id, points, expiresAt, isOpen: true, parts });
  }

  /** Spends the first `captured` points of a hold and frees the rest. Answers what was spent of each lot. */
  resolve(hold: ModelHold, captured: number, now: number): ModelPart[] {
    hold.isOpen = false;
    this.#redeemed += captured;
    let left = captured;
    const freed: ModelLot[] = [];
    const used: ModelPart[] = [];
    for (const { lot, points } of hold.parts) {
      const spent = Math.min(points, left);
      left -= spent;
      lot.held -= points;
      lot.remaining -= spent;
      if (spent > 0) used.push({ lot, points: spent });
      if (points > spent) freed.push(lot);
    }
    this.#payDebt(freed, hold.points - captured);
    for (const lot of freed) if (lot.expiresAt <= now) expire(lot);
    return used;
  }

  spend(points: number): ModelPart[] {
    this.#redeemed += points;
    return this.take(points);
  }

  /** What was spent or taken by hand is in its lots again, last taken first; where its date has passed it is renewed for so long, or expires at once. */
  giveBack(parts: readonly ModelPart[], { now, wasSpent, renewal }: { now: number; wasSpent: boolean; renewal: number }): void {
    const lots = parts.toReversed().map(({ lot, points }) => {
      lot.remaining += points;
      if (lot.expiresAt <= now && renewal > 0) lot.expiresAt = now + renewal;
      if (wasSpent) this.#redeemed -= points;
      return lot;
    });
    this.#payDebt(lots);
    for (const lot of lots) if (lot.expiresAt <= now) expire(lot);
  }

  /** Takes a gift by hand back as far as it has not expired, from its own lot first. Answers false where that may not be owed. */
  takeGift(own: ModelLot, shortfall: "refuse" | "debt"): boolean {
    const due = own.granted - own.expired;
    if (due === 0 || (shortfall === "refuse" && this.balance().available < due)) return false;
    const ofOwn = Math.min(due, free(own));
    own.remaining -= ofOwn;
    const ofOthers = this.take(due - ofOwn).reduce((sum, { points }) => sum + points, 0);
    this.debt += due - ofOwn - ofOthers;
    return true;
  }

  /** All that another wallet has is this one's from now on; what either owes is paid by what they have together. */
  join(other: ModelWallet): void {
    this.lots.push(...other.lots);
    this.debt += other.debt;
    this.#accrued += other.#accrued;
    this.#clawedBack += other.#clawedBack;
    this.#redeemed += other.#redeemed;
    for (const { lot, points } of this.#parts(this.debt)) {
      lot.remaining -= points;
      this.debt -= points;
    }
  }

  /** Takes back at most what the lot granted, less what was taken back and what has expired of it; `policy` says what becomes of the rest. */
  clawBack(points: number, own: ModelLot, policy: "debt" | "within_balance"): void {
    const due = Math.min(points, Math.max(0, own.granted - own.clawedBack - own.expired));
    let left = due;
    const ofOwn = Math.min(left, free(own));
    own.remaining -= ofOwn;
    left -= ofOwn;
    for (const part of this.take(left)) left -= part.points;
    if (policy === "debt") {
      this.debt += left;
      left = 0;
    }
    own.clawedBack += due - left;
    this.#clawedBack += due - left;
  }

  /** No lot that still has points expires before so long from `at`, or from when it becomes available. */
  extend(at: number, lifetime: number): void {
    for (const lot of this.lots) {
      if (lot.remaining > 0 && lot.expiresAt > at) lot.expiresAt = Math.max(lot.expiresAt, Math.max(at, lot.availableAt) + lifetime);
    }
  }

  owe(points: number): void {
    this.debt += points;
  }

  #payDebt(lots: readonly ModelLot[], atMost = Number.POSITIVE_INFINITY): void {
    let left = atMost;
    for (const lot of lots) {
      const paid = Math.min(this.debt, free(lot), left);
      lot.remaining -= paid;
      this.debt -= paid;
      left -= paid;
    }
  }

  /** Those with points to spend, in the order in which they are spent. */
  openLots(): ModelLot[] {
    return this.lots.filter((lot) => !lot.isPending && free(lot) > 0).sort(byBurnOrder);
  }

  #parts(points: number): ModelPart[] {
    const parts: ModelPart[] = [];
    let left = points;
    for (const lot of this.openLots()) {
      const part = Math.min(free(lot), left);
      if (part > 0) parts.push({ lot, points: part });
      left -= part;
    }
    return parts;
  }
}

function expire(lot: ModelLot): void {
  lot.expired += free(lot);
  lot.remaining = lot.held;
}
