import type { InputProblem } from "../core/errors.ts";
import type { ProgramDefinition } from "./definition.ts";

/** What is wrong with the terms of transfers: of points that cannot be spent, of a tier that there is not, or that nothing can meet. */
export function* transferProblems({ wallets, tiers }: ProgramDefinition): Generator<InputProblem> {
  for (const [index, { kind, transfers }] of wallets.entries()) {
    if (transfers === undefined) continue;
    const pointer = `/wallets/${index}/transfers`;
    const { min = 1, minTier } = transfers;
    if (kind === "status") yield { pointer, code: "status_transfer", detail: "status points belong to whoever earned them" };
    if (minTier !== undefined && !tiers.some(({ id }) => id === minTier)) {
      yield { pointer: `${pointer}/minTier`, code: "unknown_tier", detail: `the program has no tier "${minTier}"` };
    }
    for (const most of ["max", "perDay", "perMonth"] as const) {
      const limit = transfers[most];
      if (limit === undefined || limit >= min) continue;
      yield { pointer: `${pointer}/${most}`, code: "below_min", detail: "it lies below min: no transfer is possible" };
    }
  }
}
