import { type Random, seededRandom } from "../../examples/demo/random.ts";
import type { EntryKind, SourceKind } from "../../src/ledger/accounts.ts";

export type OperationKind = "order" | "return" | "event" | "adjustment" | "redemption" | "hold" | "capture" | "transfer";

/** A request that takes effect at most once, however often it is sent. */
export type Operation = { kind: OperationKind; id: string; memberId: string; path: string; body: Record<string, unknown> };

type Movement = { source: SourceKind; entry: EntryKind; points: number };

const OPENING_POINTS = 1_000_000;
const ORDER = { unitPrice: 1_000, points: 10 };
const HOLD_POINTS = 4;
const HOLD_DAYS = 20;
const DAY_MS = 86_400_000;
/** Of the orders and holds that were acknowledged and are still whole. */
const KEPT_MAX = 1_000;

const WEIGHTS: Record<OperationKind, number> = {
  order: 8,
  return: 3,
  event: 3,
  adjustment: 2,
  redemption: 3,
  hold: 3,
  capture: 2,
  transfer: 2,
};
const KINDS = Object.keys(WEIGHTS) as OperationKind[];

/** What an operation moves in the ledger, in one entry or, where a return takes from several lots, in more. A hold and its capture have one source. */
export function movementsOf({ kind, body }: Operation): Movement[] {
  switch (kind) {
    case "order":
      return [{ source: "order", entry: "accrual", points: ORDER.points }];
    case "return":
      return [{ source: "return", entry: "clawback", points: ORDER.points }];
    case "event":
      return [{ source: "event", entry: "accrual", points: 5 }];
    case "adjustment":
      return [{ source: "adjustment", entry: "adjustment", points: Math.abs(Number(body.points)) }];
    case "redemption":
      return [{ source: "redemption", entry: "redemption", points: 3 }];
    case "hold":
      return [{ source: "hold", entry: "hold", points: HOLD_POINTS }];
    case "capture":
      return [{ source: "hold", entry: "capture", points: HOLD_POINTS }];
    case "transfer":
      return (["transfer_out", "transfer_in"] as const).map((entry) => ({ source: "transfer", entry, points: Number(body.points) }));
  }
}

/** Makes operations of every kind on LOAD_PROGRAM. */
export class Operations {
  readonly #random: Random;
  readonly #members: number;
  readonly #occurredAt: string;
  readonly #holdsUntil: string;
  readonly #orders: Operation[] = [];
  readonly #holds: Operation[] = [];
  #made = 0;

  constructor({ seed, members, now }: { seed: number; members: number; now: Date }) {
    this.#random = seededRandom(seed);
    this.#members = members;
    this.#occurredAt = new Date(now.getTime() - DAY_MS).toISOString();
    this.#holdsUntil = new Date(now.getTime() + HOLD_DAYS * DAY_MS).toISOString();
  }

  members(): string[] {
    return Array.from({ length: this.#members }, (_, n) => `m-${n}`);
  }

  /** What gives every member enough to spend, so that nobody falls into debt: before all others. */
  openings(): Operation[] {
    return this.members().map((memberId) => this.#adjust(memberId, OPENING_POINTS));
  }

  next(): Operation {
    return this.#make(this.#random.pick(KINDS, (kind) => WEIGHTS[kind]));
  }

  /** What an acknowledged operation made may be returned or captured from now on. */
  acknowledged(operation: Operation): void {
    const kept = { order: this.#orders, hold: this.#holds }[operation.kind as string];
    if (kept !== undefined && kept.length < KEPT_MAX) kept.push(operation);
  }

  #make(kind: OperationKind): Operation {
    const memberId = this.#member();
    switch (kind) {
      case "order": {
        const lines = [{ line: 1, sku: "MUG", quantity: 1, unitPrice: ORDER.unitPrice }];
        return this.#post(kind, memberId, "/v1/orders", { memberId, occurredAt: this.#occurredAt, currency: "EUR", lines });
      }
      case "return": {
        const order = this.#take(this.#orders);
        if (order === undefined) return this.#make("order");
        const returned = { occurredAt: this.#occurredAt, lines: [{ line: 1, quantity: 1 }] };
        return this.#post(kind, order.memberId, `/v1/orders/${order.id}/returns`, returned);
      }
      case "event":
        return this.#post(kind, memberId, "/v1/events", { memberId, type: "visit", occurredAt: this.#occurredAt });
      case "adjustment":
        return this.#adjust(memberId, this.#random.pick([7, -7]));
      case "redemption":
        return this.#post(kind, memberId, `/v1/members/${memberId}/redemptions`, { reward: "mug", channel: "online" });
      case "hold":
        return this.#post(kind, memberId, `/v1/members/${memberId}/holds`, { points: HOLD_POINTS, expiresAt: this.#holdsUntil });
      case "capture": {
        const hold = this.#take(this.#holds);
        if (hold === undefined) return this.#make("hold");
        return { ...hold, kind, path: `${hold.path}/${hold.id}/capture`, body: {} };
      }
      case "transfer": {
        const to = `m-${(Number(memberId.slice(2)) + 1) % this.#members}`;
        return this.#post(kind, memberId, "/v1/transfers", { from: memberId, to, points: 2 });
      }
    }
  }

  #member(): string {
    return `m-${this.#random.int(0, this.#members - 1)}`;
  }

  #take(kept: Operation[]): Operation | undefined {
    return kept.splice(this.#random.int(0, kept.length - 1), 1)[0];
  }

  #adjust(memberId: string, points: number): Operation {
    return this.#post("adjustment", memberId, `/v1/members/${memberId}/adjustments`, { points, reason: "under load" });
  }

  #post(kind: OperationKind, memberId: string, path: string, fields: Record<string, unknown>): Operation {
    this.#made += 1;
    const id = `${kind}-${this.#made}`;
    return { kind, id, memberId, path, body: { id, ...fields } };
  }
}
