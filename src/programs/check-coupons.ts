import type { InputProblem } from "../core/errors.ts";
import type { ProgramDefinition } from "./definition.ts";

/** Coupons that could never be given, and rules that give a coupon which the program does not have. */
export function* couponProblems({ coupons, tiers, rules }: ProgramDefinition): Generator<InputProblem> {
  // A program without coupons of its own leaves them to the shop: its rules say names that the shop knows.
  if (coupons === undefined) return;
  const knownTiers = new Set(tiers.map(({ id }) => id));
  for (const [index, { from, until, validFor, expiryNotices, gives, tiers: only = [], ...use }] of coupons.entries()) {
    if (from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until)) {
      yield { pointer: `/coupons/${index}/until`, code: "until_before_from", detail: "the coupon ends before it begins" };
    }
    if (expiryNotices !== undefined && until === undefined && validFor === undefined) {
      yield { pointer: `/coupons/${index}/expiryNotices`, code: "end_missing", detail: "tells of an end that the coupon does not have" };
    }
    for (const [at, tier] of only.entries()) {
      if (knownTiers.has(tier)) continue;
      yield { pointer: `/coupons/${index}/tiers/${at}`, code: "unknown_tier", detail: `the program has no tier "${tier}"` };
    }
    if (gives !== undefined) continue;
    for (const field of ["minimum", "lines", "stackable", "onReturn"] as const) {
      if (use[field] === undefined) continue;
      yield {
        pointer: `/coupons/${index}/${field}`,
        code: "gives_missing",
        detail: "says something of a use that the coupon does not have",
      };
    }
  }
  const known = new Set(coupons.map(({ id }) => id));
  for (const [index, { effects }] of rules.entries()) {
    for (const [at, effect] of effects.entries()) {
      if (effect.kind !== "coupon" || known.has(effect.coupon)) continue;
      const pointer = `/rules/${index}/effects/${at}/coupon`;
      yield { pointer, code: "unknown_coupon", detail: `the program has no coupon "${effect.coupon}"` };
    }
  }
}
