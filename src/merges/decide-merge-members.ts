import { assert } from "../core/assert.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { localDay } from "../core/period.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { moveLots } from "../ledger/move-lots.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { OtherMembers } from "../members/other-members.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { moveActivity } from "../tiers/move-activity.ts";
import type { MergeMembers, MergeView } from "./commands.ts";
import { filledWith, missingOf } from "./join-profiles.ts";
import { joinTiers } from "./join-tiers.ts";
import { joinWallets } from "./join-wallets.ts";
import type { MergeEffects, MergeFacts } from "./merge.ts";

function requireMergeable(target: MemberDraft, source: MemberDraft, facts: MergeFacts): void {
  const refuse = (memberId: string, reason: string, more: Record<string, string | number> = {}) => {
    throw new LoyaltyError("merge_conflict", { memberId, reason, ...more });
  };
  for (const { id, aliasOf } of [source, target]) if (aliasOf !== null) refuse(id, "merged_already", { into: aliasOf.id });
  for (const draft of [source, target]) requireActive(draft);
  for (const { id, pool } of [source, target]) if (pool !== null) refuse(id, "in_a_pool", { poolId: pool.id });
  const holds = [...source.holds.values()].filter(({ status }) => status === "open").length;
  if (holds > 0) refuse(source.id, "open_holds", { holds });
  if (facts.openRedemptions > 0) refuse(source.id, "open_redemptions", { redemptions: facts.openRedemptions });
}

function joinProfiles(target: MemberDraft, source: MemberDraft): Pick<MergeEffects, "filled" | "enrolledAt"> {
  const filled = missingOf(target.profile ?? {}, source.profile ?? {});
  if (Object.keys(filled).length > 0) {
    target.profile = filledWith(target.profile ?? {}, filled);
    target.isProfileChanged = true;
  }
  const before = target.enrolledAt;
  target.enrolledAt = Math.min(before, source.enrolledAt);
  return { filled, enrolledAt: { before: isoText(before), after: isoText(target.enrolledAt) } };
}

/**
 * Merges the source into the target: their points with the lots that anything names, their debts and totals, what they did and the
 * higher tier; and makes the source's id an alias. What belongs to a member by its key alone the write path moves with the row.
 * Errors: request_invalid (a member and themselves), member_not_found, member_not_active; merge_conflict with its reason:
 *         `merged_already`, `in_a_pool`, `open_holds`, `open_redemptions`; amount_out_of_range; nothing changes.
 */
export function decideMergeMembers(target: MemberDraft, others: OtherMembers, command: MergeMembers, context: DecideContext): MergeView {
  const { program, now } = context;
  const { mergeId, reason, actor = null } = command;
  if (command.from === target.id) throw refuseField("request_invalid", "/from", "a member is not merged with themselves");
  const source = others.draftOf(command.from);
  const facts = target.mergeFacts(mergeId);
  assert(facts, "what a merge needs is loaded");
  for (const draft of [source, target]) settle(draft, now, program.version);
  requireMergeable(target, source, facts);

  const tierBefore = target.tier;
  const movement = { occurredAt: now, source: { kind: "merge", id: mergeId }, ruleSet: program.version } as const;
  const moving = [...source.lots.values()].sort((a, b) => a.seq - b.seq);
  const lots = moveLots(source, target, moving, { ...movement, ruleSets: facts.ruleSets });
  const { wallets, moved } = joinWallets(source, target, lots, movement, context);
  const today = localDay(new Date(now), program.definition.timeZone);
  const activity = [...source.activity.values()].filter(({ amount }) => amount !== 0);
  const days = activity.map(({ day, metric, amount }) => ({ day, metric, amount }));
  moveActivity(source, target, days, program, today);
  const profile = joinProfiles(target, source);
  const tier = joinTiers(target, source, { mergeId, today }, context);
  // No order comes to the source any more, so nobody would use what its quote holds.
  source.counters.reserve(null);
  source.aliasOf = { key: target.key, id: target.id };

  const rows = lots.map(({ seq, from, points }) => {
    return { seq, mergeId, fromKey: source.key, fromSeq: from.seq, points, clawedBack: from.clawedBack, expired: from.expired };
  });
  target.rows.mergedLots.push(...rows);
  const effects = { wallets, activity: days, tier, ...profile };
  target.rows.merges.push({ id: mergeId, fromKey: source.key, mergedAt: now, reason, actor, effects, lots: rows });
  target.announce("member.merged", now, { mergeId, from: source.id, into: target.id });

  const answer: MergeView = {
    id: mergeId,
    from: source.id,
    into: target.id,
    reason,
    actor,
    mergedAt: isoText(now),
    moved,
    tier: { before: tierBefore, after: target.tier },
    balance: balanceSummary(target, context),
    undone: null,
  };
  target.rows.commands.push({ kind: REQUEST_KINDS.merge, id: mergeId, answer });
  return answer;
}
