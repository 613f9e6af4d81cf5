import { assert } from "../core/assert.ts";
import { Overlay } from "../core/overlay.ts";
import { type Counter, counterId, type UsedCounters } from "../rules/limits/counter.ts";

/** What is used of a counter: a row of `counters`. */
export type CounterState = { key: string; period: string; used: number };

/** Counters by `counterId`. */
export type CounterStates = Map<string, CounterState>;

export type CounterUse = Counter & { amount: number };

/**
 * The counters of a member, and those of the program that all commands of a batch share, as one command leaves them. Only
 * what was loaded (and locked) is known: asking for another counter is a defect, not a 0.
 */
export class CounterBook implements UsedCounters {
  readonly member: Overlay<string, CounterState>;
  readonly program: Overlay<string, CounterState>;

  constructor(member: CounterStates, program: CounterStates) {
    this.member = new Overlay(member);
    this.program = new Overlay(program);
  }

  used(counter: Counter): number {
    const state = this.#of(counter).get(counterId(counter));
    assert(state, `the counter ${counter.key} was loaded`);
    return state.used;
  }

  /** Counts what a decision used. */
  take(uses: readonly CounterUse[]): void {
    for (const use of uses) this.#change(use, use.amount);
  }

  /** Gives back what is no longer used. */
  giveBack(uses: readonly CounterUse[]): void {
    for (const use of uses) if (use.amount !== 0) this.#change(use, -use.amount);
  }

  keep(): void {
    this.member.keep();
    this.program.keep();
  }

  #change(counter: Counter, by: number): void {
    const state = this.#of(counter).edit(counterId(counter));
    assert(state, `the counter ${counter.key} was loaded`);
    state.used += by;
    assert(state.used >= 0, `no more of ${counter.key} is given back than was used`);
  }

  #of(counter: Counter): Overlay<string, CounterState> {
    return counter.for === "member" ? this.member : this.program;
  }
}
