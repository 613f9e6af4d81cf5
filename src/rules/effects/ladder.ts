import { z } from "zod";

type Step = { atLeast: number };

/** Steps of a ladder, in any order; each threshold stands once. */
export const Ladder = <Shape extends z.ZodType<Step>>(step: Shape) =>
  z
    .array(step)
    .min(1)
    .max(50)
    .refine((steps) => new Set(steps.map(({ atLeast }) => atLeast)).size === steps.length, "each threshold stands once");

/** How far a value is from a threshold. */
type Shortfall = { atLeast: number; value: number; short: number };

/** The highest step that a value reaches, or how far it is from the lowest. */
export function highestReached<S extends Step>(steps: readonly S[], value: number): { step: S } | { shortfall: Shortfall } {
  const [step] = steps.filter(({ atLeast }) => atLeast <= value).sort((a, b) => b.atLeast - a.atLeast);
  if (step !== undefined) return { step };
  const lowest = Math.min(...steps.map(({ atLeast }) => atLeast));
  return { shortfall: { atLeast: lowest, value, short: lowest - value } };
}
