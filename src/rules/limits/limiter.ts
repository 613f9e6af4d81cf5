import { assert } from "../../core/assert.ts";
import { canonicalHash } from "../../core/canonical.ts";
import type { EventFacts, LimitFacts, RuleTrace } from "../decision.ts";
import { type Counter, periodStart, type UsedCounters } from "./counter.ts";
import type { Limit, RuleLimits } from "./limit.ts";

type Reason = NonNullable<RuleTrace["reason"]>;

/** How much a limit still lets through. */
export type Room = { limit: Limit; left: number };

/** Names a value of an event's data in a key. Not as it is: it may be long, and may be personal. */
const nameOf = (value: unknown): string | null => (typeof value === "string" || typeof value === "number" ? canonicalHash(value) : null);

/**
 * The counter of a limit in the period that an instant falls into. Null for one that looks at a single order, and for one that counts
 * apart by a field which the data does not have: the schema of the event requires it, so only what is refused lacks it.
 */
export function counterOf({ for: scope, key, per, each }: Limit, now: Date, zone: string, data: EventFacts["data"] = {}): Counter | null {
  if (scope === "order") return null;
  const period = periodStart(now, per, zone);
  if (each === null) return { for: scope, key, period };
  const value = nameOf(data[each]);
  return value === null ? null : { for: scope, key: `${key}:${value}`, period };
}

/** Asks the limits of rules on one order. Keeps no count: a rule has one turn, and no two rules share a counter. */
export class Limiter {
  readonly #used: UsedCounters;
  readonly #now: Date;
  readonly #zone: string;
  readonly #data: EventFacts["data"] | undefined;

  /** `data` is that of the event that is decided. */
  constructor(used: UsedCounters, now: Date, zone: string, data?: EventFacts["data"]) {
    this.#used = used;
    this.#now = now;
    this.#zone = zone;
    this.#data = data;
  }

  counterOf(limit: Limit): Counter | null {
    const counter = counterOf(limit, this.#now, this.#zone, this.#data);
    assert(counter !== null || limit.each === null, "an event whose data was checked has what its limits count by");
    return counter;
  }

  /** Why a rule gives nothing: the first of its caps and budgets of which nothing is left. */
  bars({ limits }: RuleLimits): Reason | null {
    for (const limit of limits) {
      if (this.#leftOf(limit) > 0) continue;
      const { kind, for: _scope, ...facts } = this.factsOf(limit);
      return { kind: kind === "cap" ? "cap_reached" : "budget_exhausted", ...facts };
    }
    return null;
  }

  /** The limit of a rule that lets least through; null where it has none of this kind. */
  room({ limits }: RuleLimits, of: Limit["of"], wallet: string | null = null): Room | null {
    if (limits.length === 0) return null;
    return limits
      .filter((limit) => limit.of === of && limit.wallet === wallet)
      .map((limit) => this.roomOf(limit))
      .reduce<Room | null>((least, room) => (least === null || room.left < least.left ? room : least), null);
  }

  roomOf(limit: Limit): Room {
    return { limit, left: this.#leftOf(limit) };
  }

  /** The limit as a trace says it. */
  factsOf(limit: Limit): LimitFacts {
    const { kind, of, for: scope, wallet, atMost, per, each } = limit;
    return {
      kind,
      of,
      ...(kind === "cap" && scope !== "program" && { for: scope }),
      ...(wallet !== null && { wallet }),
      atMost,
      used: this.#usedOf(limit),
      ...(per !== null && { per }),
      ...(each !== null && { each }),
    };
  }

  #usedOf(limit: Limit): number {
    const counter = this.counterOf(limit);
    return counter === null ? 0 : this.#used.used(counter);
  }

  #leftOf(limit: Limit): number {
    return Math.max(0, limit.atMost - this.#usedOf(limit));
  }
}
