import type { InputProblem } from "../core/errors.ts";
import { compileRule } from "../rules/compiled-rule.ts";
import type { CompiledCoupon } from "../rules/coupon-turns.ts";
import { compileText } from "./compile-text.ts";
import type { ProgramDefinition } from "./definition.ts";
import { metricsOf } from "./metrics.ts";

/** Compiles the coupons of a program that carts can use, by id; what is wrong with their conditions is in `problems`. */
export function compileCoupons(
  { coupons = [], wallets, events }: Pick<ProgramDefinition, "coupons" | "wallets" | "events">,
  problems: InputProblem[],
): Map<string, CompiledCoupon> {
  const metrics = metricsOf({ wallets, events });
  const compiled = new Map<string, CompiledCoupon>();
  for (const [index, coupon] of coupons.entries()) {
    const { id, label = id, gives, minimum = 0, lines, tiers, stackable = true, onReturn = "release" } = coupon;
    if (gives === undefined) continue;
    const condition = compileText(lines, { scope: "lines", metrics, pointer: `/coupons/${index}/lines` }, problems);
    const rule = compileRule(
      { id: `coupon:${id}`, label, priority: 0, effects: gives, ...(tiers !== undefined && { audience: { tiers } }) },
      { when: null, lines: condition, schedule: null, lane: null },
      wallets[0]?.id ?? "",
    );
    compiled.set(id, { rule, label, minimum, isStackable: stackable, onReturn });
  }
  return compiled;
}
