import type { LimitFacts, RuleTrace } from "../decision.ts";
import { type Counter, periodStart, type UsedCounters } from "./counter.ts";
import type { Limit, RuleLimits } from "./limit.ts";

type Reason = NonNullable<RuleTrace["reason"]>;

/** How much a limit still lets through. */
export type Room = { limit: Limit; left: number };

/** The counter of a limit in the period that an instant falls into; null for one that looks at a single order. */
export function counterOf({ for: scope, key, per }: Limit, now: Date, zone: string): Counter | null {
  return scope === "order" ? null : { for: scope, key, period: periodStart(now, per, zone) };
}

/** Asks the limits of rules on one order. Keeps no count: a rule has one turn, and no two rules share a counter. */
export class Limiter {
  readonly #used: UsedCounters;
  readonly #now: Date;
  readonly #zone: string;

  constructor(used: UsedCounters, now: Date, zone: string) {
    this.#used = used;
    this.#now = now;
    this.#zone = zone;
  }

  counterOf(limit: Limit): Counter | null {
    return counterOf(limit, this.#now, this.#zone);
  }

  /** Why a rule gives nothing: the first of its caps and budgets of which nothing is left. */
  bars({ limits }: RuleLimits): Reason | null {
    for (const limit of limits) {
      if (this.#leftOf(limit) > 0) continue;
      const { of, atMost, used, wallet, per } = this.factsOf(limit);
      const facts = { of, ...(wallet !== undefined && { wallet }), atMost, used, ...(per !== undefined && { per }) };
      return { kind: limit.kind === "cap" ? "cap_reached" : "budget_exhausted", ...facts };
    }
    return null;
  }

  /** The limit of a rule that lets least through; null where it has none of this kind. */
  room({ limits }: RuleLimits, of: Limit["of"], wallet: string | null = null): Room | null {
    const own = limits.filter((limit) => limit.of === of && limit.wallet === wallet);
    return own
      .map((limit) => this.roomOf(limit))
      .reduce<Room | null>((least, room) => (least === null || room.left < least.left ? room : least), null);
  }

  roomOf(limit: Limit): Room {
    return { limit, left: this.#leftOf(limit) };
  }

  /** The limit as a trace says it. */
  factsOf(limit: Limit): LimitFacts {
    const { kind, of, for: scope, wallet, atMost, per } = limit;
    return {
      kind,
      of,
      ...(kind === "cap" && scope !== "program" && { for: scope }),
      ...(wallet !== null && { wallet }),
      atMost,
      used: this.#usedOf(limit),
      ...(per !== null && { per }),
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
