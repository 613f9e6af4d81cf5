import { LRUCache } from "lru-cache";
import { atMost } from "../core/at-most.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { Instant } from "./state.ts";
import type { WrittenBalance } from "./written-balance.ts";

/**
 * A member's first account as it was read: `mark` is the transaction that wrote the row (its xmin). Whatever changes a balance writes that
 * row, so an account with the same mark, on a server that has not begun another life (`SERVER_LIFE`), is the same balance.
 */
export type AccountMark = { memberKey: number; mark: number };

/** A balance as Postgres has answered it, of the rule set that its wallets come from, for the instants at which the clock changes nothing of it. */
export type KeptBalance = AccountMark & { program: CompiledProgram; from: Instant; until: Instant; balance: WrittenBalance };

/**
 * Balances that strong reads have answered. None is answered again before Postgres has said that the account is still marked as it was: what
 * this saves is reading and writing a balance, never asking for it.
 */
export class KeptBalances {
  readonly #kept: LRUCache<string, KeptBalance> | undefined;
  #life: string | undefined;

  /** Keeps at most so many, of all programs together; none with 0. */
  constructor(max: number) {
    this.#kept = max === 0 ? undefined : new LRUCache(atMost(max));
  }

  /** The life of the server that the marks are of. */
  get life(): string | undefined {
    return this.#life;
  }

  /** What may still hold at `now` under `program`. */
  find(programId: number, memberId: string, { program, now }: { program: CompiledProgram; now: Instant }): KeptBalance | undefined {
    const kept = this.#kept?.get(keyOf(programId, memberId));
    return kept !== undefined && kept.program === program && kept.from <= now && now < kept.until ? kept : undefined;
  }

  /** Under the member's own id, not under one that stands for them: a merge that is undone says nothing to the account. */
  keep(programId: number, memberId: string, life: string, kept: KeptBalance): void {
    if (this.#life !== life) this.#kept?.clear();
    this.#life = life;
    this.#kept?.set(keyOf(programId, memberId), { ...kept, balance: kept.balance.asText() });
  }
}

const keyOf = (programId: number, memberId: string): string => `${programId}:${memberId}`;
