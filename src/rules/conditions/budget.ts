import { type Cost, STEPS_PER_CONDITION_MAX, STEPS_PER_ORDER_MAX, stepsAt } from "./cost.ts";

/** The steps that the conditions of one order may still take. */
export class StepBudget {
  readonly #longestList: number;
  #left = STEPS_PER_ORDER_MAX;

  constructor(longestList: number) {
    this.#longestList = longestList;
  }

  /** Takes what a condition needs to run `times` times. Returns why it may not run, or null. */
  take(cost: Cost, times: number): string | null {
    const steps = times * stepsAt(cost, this.#longestList);
    if (steps > STEPS_PER_CONDITION_MAX) return `it could take ${steps} steps on this order; the limit is ${STEPS_PER_CONDITION_MAX}`;
    if (steps > this.#left) return `the conditions before it used up the ${STEPS_PER_ORDER_MAX} steps of one order`;
    this.#left -= steps;
    return null;
  }
}
