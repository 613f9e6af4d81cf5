import type { InputProblem } from "../core/errors.ts";
import { actionOf } from "../rules/effects/index.ts";
import type { ProgramDefinition } from "./definition.ts";

/** Terms for points of a rule that gives none, or takes some away, and terms that say nothing. */
export function* pointsTermsProblems({ rules }: Pick<ProgramDefinition, "rules">): Generator<InputProblem> {
  for (const [index, { pointsTerms, effects }] of rules.entries()) {
    if (pointsTerms === undefined) continue;
    const pointer = `/rules/${index}/pointsTerms`;
    const grants = effects.map(actionOf).flatMap((action) => (action.touches === "points" ? [action.grant] : []));
    if (pointsTerms.pending === undefined && pointsTerms.expiry === undefined) {
      yield { pointer, code: "says_nothing", detail: "`pending` or `expiry`, or both" };
    } else if (grants.length === 0) {
      yield { pointer, code: "terms_without_points", detail: "no effect of the rule gives points" };
    } else if (grants.some((grant) => grant.grants === "multiplier" && grant.factor.numerator < grant.factor.denominator)) {
      yield { pointer, code: "terms_of_fewer_points", detail: "a multiplier below 1 takes points away: there is nothing to give terms to" };
    }
  }
}
