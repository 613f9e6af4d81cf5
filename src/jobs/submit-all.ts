import type { Command, Engine, ProgramContext } from "../engine/commands.ts";

/** What became of a job's commands, those that were done before not counted: a failure stops no other, and is told when all have been tried. */
export type Submitted = { done: number; failed: number; firstError: unknown };

export const NOTHING_SUBMITTED: Submitted = { done: 0, failed: 0, firstError: undefined };

/** Submits the commands of one page together: they share batches. `isPassedOver` says which errors only mean that it was done already. */
export async function submitAll(
  engine: Engine,
  program: ProgramContext,
  commands: readonly Command[],
  isPassedOver: (error: unknown) => boolean,
): Promise<Submitted> {
  const settled = await Promise.allSettled(commands.map((command) => engine.submit(program, command)));
  const done = settled.filter((outcome) => outcome.status === "fulfilled" && !outcome.value.replayed).length;
  const errors = settled.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  const failures = errors.filter((error) => !isPassedOver(error));
  return { done, failed: failures.length, firstError: failures[0] };
}

export const addSubmitted = (a: Submitted, b: Submitted): Submitted => ({
  done: a.done + b.done,
  failed: a.failed + b.failed,
  firstError: a.firstError ?? b.firstError,
});

/** Fails with the first of the errors, where there is one. */
export function throwFailure({ failed, firstError }: Submitted): void {
  if (failed > 0) throw new Error(`${failed} commands failed, the first for this reason`, { cause: firstError });
}
