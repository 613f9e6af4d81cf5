import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    globalNamespace?: string;
    activeMutant?: string;
  }
}

/**
 * A mutant is there before the files of `src` are loaded: Stryker, told which test files to run, switches it on no sooner than at the first test,
 * and then nothing that is made once as a file is loaded would ever be changed. The dry run has no mutant.
 */
const mutants: Record<string, { activeMutant?: string } | undefined> = Object(globalThis);
const namespace = inject("globalNamespace");
const activeMutant = inject("activeMutant");
if (namespace !== undefined && activeMutant !== undefined) {
  // The one object that the instrumented files ask: never another in its place.
  mutants[namespace] ??= {};
  mutants[namespace].activeMutant = activeMutant;
}
