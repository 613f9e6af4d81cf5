import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { localDay } from "../core/period.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { moveDebt, moveLotsBack } from "../ledger/move-lots.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireNotClosed } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { OtherMembers } from "../members/other-members.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { moveActivity } from "../tiers/move-activity.ts";
import type { UnmergeMembers, UnmergeView } from "./commands.ts";
import { withoutFilled } from "./join-profiles.ts";
import { hasTierOf, separateTiers } from "./join-tiers.ts";
import { moveTotals } from "./join-wallets.ts";
import type { MergedLot, MergeEffects, StoredMerge } from "./merge.ts";

/** Whether a lot still is as it came. Its points may have become available since; nothing may have been taken or given back. */
function isUntouched(target: MemberDraft, source: MemberDraft, { seq, fromSeq, points, clawedBack, expired }: MergedLot): boolean {
  const lot = target.lots.get(seq);
  const former = source.lots.get(fromSeq);
  assert(lot && former, "the lots of a merge are loaded on both sides");
  const isSame = lot.remaining === points && lot.held === 0 && lot.clawedBack === clawedBack && lot.expired === expired;
  return isSame && lot.availableAt === former.availableAt && lot.expiresAt === former.expiresAt;
}

function requireUndoable(target: MemberDraft, source: MemberDraft, mergeId: string, { effects, lots, changed }: StoredMerge): void {
  const refuse = (reason: string, more: Record<string, string | number> = {}) => {
    throw new LoyaltyError("unmerge_conflict", { mergeId, reason, ...more });
  };
  if (target.aliasOf !== null) refuse("merged_further", { memberId: target.id, into: target.aliasOf.id });
  requireNotClosed(target);
  const touched = lots.filter((lot) => !isUntouched(target, source, lot)).length;
  if (touched > 0) refuse("points_changed", { lots: touched });
  if (effects.wallets.some(({ debtPaid }) => debtPaid > 0)) refuse("debt_paid");
  if (effects.wallets.some(({ wallet, debt }) => target.wallet(wallet).debt < debt)) refuse("debt_changed");
  for (const rows of changed) refuse(`${rows}_changed`);
  if (!hasTierOf(target, effects.tier)) refuse("tier_changed", { tier: target.tier });
}

function separateProfiles(target: MemberDraft, { filled, enrolledAt }: MergeEffects): void {
  if (Object.keys(filled).length > 0) {
    target.profile = withoutFilled(target.profile ?? {}, filled);
    target.isProfileChanged = true;
  }
  if (isoText(target.enrolledAt) === enrolledAt.after) target.enrolledAt = Date.parse(enrolledAt.before);
}

/**
 * Undoes a merge: the source is a member of their own again and has what they had, as far as the clock has left it. What the target did
 * on their own account since stays theirs.
 * Errors: member_not_active (the target is closed); unmerge_conflict with its reason: `merged_further`, `points_changed`, `debt_paid`,
 *         `debt_changed`, `orders_changed`, `coupons_changed`, `redemptions_changed`, `tier_changed`; nothing changes.
 */
export function decideUnmergeMembers(
  target: MemberDraft,
  others: OtherMembers,
  command: UnmergeMembers,
  context: DecideContext,
): UnmergeView {
  const { program, now } = context;
  const { mergeId, reason, actor = null } = command;
  const source = others.draftOf(command.from);
  const stored = target.mergeFacts(mergeId)?.stored;
  assert(stored, "the merge that is undone is loaded");
  const { effects, lots } = stored;
  settle(target, now, program.version);
  requireUndoable(target, source, mergeId, stored);

  const movement = { occurredAt: now, source: { kind: "merge", id: mergeId }, ruleSet: program.version } as const;
  moveLotsBack(target, source, lots, movement);
  for (const { wallet, debt, debtPaid: _debtPaid, ...totals } of effects.wallets) {
    moveDebt(target, source, { wallet, points: debt }, movement);
    moveTotals(target, source, wallet, totals);
  }
  moveActivity(target, source, effects.activity, program, localDay(new Date(now), program.definition.timeZone));
  separateProfiles(target, effects);
  separateTiers(target, source, effects.tier, { mergeId, ...context });
  source.aliasOf = null;
  settle(source, now, program.version);

  target.rows.unmerges.push({ id: mergeId, fromKey: source.key, undoneAt: now, reason, actor, lots });
  target.announce("member.unmerged", now, { mergeId, from: source.id, into: target.id });
  const answer: UnmergeView = {
    mergeId,
    from: source.id,
    into: target.id,
    reason,
    actor,
    undoneAt: isoText(now),
    members: [source, target].map((draft) => ({ id: draft.id, tier: draft.tier, balance: balanceSummary(draft, context) })),
  };
  target.rows.commands.push({ kind: REQUEST_KINDS.unmerge, id: mergeId, answer });
  return answer;
}
