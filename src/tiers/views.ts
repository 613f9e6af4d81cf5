import type { z } from "zod";
import { assert } from "../core/assert.ts";
import { localDay } from "../core/period.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { programInForce, type ReadDeps } from "../ledger/read-deps.ts";
import { findMember } from "../members/store.ts";
import type { TierDefinition } from "../programs/tier-definition.ts";
import { knownTier } from "./change-tier.ts";
import { missingSentence } from "./missing-sentence.ts";
import { type NextTier, tierProgress } from "./progress.ts";
import type { MemberTierSchema } from "./schemas.ts";
import { listTierChanges, type StoredTierChange, sumWindows } from "./store.ts";

type MemberTierView = z.output<typeof MemberTierSchema>;
type NextTierView = MemberTierView["above"][number];

const HISTORY_MAX = 100;

function nextTierView(next: NextTier, currency: string): NextTierView {
  const requires = "any" in next ? "any" : "all";
  const criteria = ("any" in next ? next.any : next.all).map((criterion) => ({
    ...criterion,
    sentence: missingSentence(criterion, next.tier, currency),
  }));
  const missing = criteria.flatMap(({ sentence }) => (sentence === null ? [] : [sentence]));
  const isMet = requires === "any" ? missing.length < criteria.length : missing.length === 0;
  return {
    tier: next.tier,
    requires,
    criteria,
    sentence: isMet ? `nothing is missing to ${next.tier}` : missing.join(requires === "any" ? " or " : " and "),
  };
}

function changeView(row: StoredTierChange): MemberTierView["history"][number] {
  return {
    from: row.from_tier,
    to: row.to_tier,
    cause: row.cause,
    sourceId: row.source_id,
    ruleSet: row.rule_set,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
  };
}

function benefitsView({ benefits }: TierDefinition): Pick<MemberTierView, "benefits" | "entitlements"> {
  const { multiplier, discountPercent, freeShippingFrom = null, entitlements } = benefits;
  return { benefits: { multiplier, discountPercent, freeShippingFrom }, entitlements };
}

/**
 * Where a member stands on the ladder of the rule set in force, with the sums of today in the program's zone.
 * Errors: member_not_found.
 */
export async function readMemberTier(deps: ReadDeps, { programId }: ProgramContext, memberId: string): Promise<MemberTierView> {
  const { program } = await programInForce(deps, programId);
  const { definition, windows } = program;
  const day = localDay(deps.now(), definition.timeZone);

  const { member, sums, history } = await inProgram(deps.pool, programId, async (tx) => {
    const member = await findMember(tx, programId, memberId);
    const sums = await sumWindows(tx, programId, member.member_key, { windows, day });
    return { member, sums, history: await listTierChanges(tx, programId, member.member_key, HISTORY_MAX) };
  });

  const tier = knownTier(program, member.tier);
  const defined = definition.tiers.find(({ id }) => id === tier);
  assert(defined, "a known tier is defined");
  const progress = tierProgress(definition, tier, (key) => sums.get(key) ?? 0);
  return {
    memberId,
    tier,
    name: defined.name ?? null,
    since: member.tier_since.toISOString(),
    ...benefitsView(defined),
    next: progress.next && nextTierView(progress.next, definition.currency),
    above: progress.above.map((next) => nextTierView(next, definition.currency)),
    history: history.map(changeView),
  };
}
