import { assert } from "../core/assert.ts";
import { Overlay } from "../core/overlay.ts";
import { type Counter, counterId, type UsedCounters } from "../rules/limits/counter.ts";
import { lessUsed, type Reservation } from "./reservation.ts";

/** What is used of a counter: a row of `counters`. `reserved` is what quotes hold of one of the program beside that. */
export type CounterState = { key: string; period: string; used: number; reserved: number };

/** Counters by `counterId`. */
export type CounterStates = Map<string, CounterState>;

export type CounterUse = Counter & { amount: number };

/**
 * The counters of a member, and those of the program that all commands of a batch share, as one command leaves them. Only
 * what was loaded (and locked) is known: asking for another counter is a defect, not a 0.
 *
 * What a quote of the member's holds of the program's counters is used for everybody else, and free for the member: what the member
 * then uses is held no longer. So used and held together never pass what lets through.
 */
export class CounterBook implements UsedCounters {
  readonly member: Overlay<string, CounterState>;
  readonly program: Overlay<string, CounterState>;
  readonly #before: Reservation | null;
  #reservation: Reservation | null;

  constructor(member: CounterStates, program: CounterStates, reservation: Reservation | null = null) {
    this.member = new Overlay(member);
    this.program = new Overlay(program);
    this.#before = reservation;
    this.#reservation = reservation;
  }

  get reservation(): Reservation | null {
    return this.#reservation;
  }

  get isReservationChanged(): boolean {
    return this.#reservation !== this.#before;
  }

  used(counter: Counter): number {
    const state = this.#of(counter).get(counterId(counter));
    assert(state, `the counter ${counter.key} was loaded`);
    const own = counter.for === "member" ? 0 : (this.#reservation?.uses.get(counterId(counter))?.amount ?? 0);
    return state.used + state.reserved - own;
  }

  /** Counts what a decision used. What the member's quote held of it is held no longer. */
  take(uses: readonly CounterUse[]): void {
    for (const use of uses) this.#change(use, use.amount);
    if (this.#reservation === null) return;
    const ofProgram = uses.filter((use) => use.for === "program");
    const taken = new Map(ofProgram.map((use) => [counterId(use), use.amount]));
    if ([...taken.keys()].some((id) => this.#reservation?.uses.has(id))) this.reserve(lessUsed(this.#reservation, taken));
  }

  /** Gives back what is no longer used. */
  giveBack(uses: readonly CounterUse[]): void {
    for (const use of uses) if (use.amount !== 0) this.#change(use, -use.amount);
  }

  /** Holds this for the member instead of what was held before. */
  reserve(reservation: Reservation | null): void {
    this.#hold(this.#reservation, -1);
    this.#hold(reservation, 1);
    this.#reservation = reservation;
  }

  keep(): void {
    this.member.keep();
    this.program.keep();
  }

  #hold(reservation: Reservation | null, sign: 1 | -1): void {
    for (const [id, { amount }] of reservation?.uses ?? []) {
      // A counter that nobody in the batch asks for was not loaded: its rows say what is held of it.
      const state = this.program.edit(id);
      if (state !== undefined) state.reserved += sign * amount;
    }
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
