import { expiryAt } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { EffectDecision } from "../rules/decision.ts";
import { changeTier, knownTier, type TierCause } from "./change-tier.ts";
import { rankOf } from "./qualification.ts";

/** Lifts the member to the tiers that rules have granted, where they are not as high already. */
export function grantTiers(
  draft: MemberDraft,
  program: CompiledProgram,
  effects: readonly EffectDecision[],
  cause: Pick<TierCause, "sourceId" | "occurredAt">,
): void {
  const { definition } = program;
  for (const effect of effects) {
    if (effect.kind !== "grant_tier") continue;
    // An order may be decided by a version whose tiers are not those of today's.
    if (rankOf(definition, effect.tier) <= rankOf(definition, knownTier(program, draft.tier))) continue;
    changeTier(draft, program, effect.tier, { ...cause, cause: "rule", reason: effect.rule });
    const until = effect.until === undefined ? null : expiryAt(new Date(cause.occurredAt), effect.until, definition.timeZone);
    if (until !== null) draft.setReview({ dueAt: until.getTime(), state: "granted" });
  }
}
