import { refuseField } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { expiryAt } from "../core/period.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { grantLot } from "../ledger/grant.ts";
import { availableLots, takeFromLots } from "../ledger/lots.ts";
import { post } from "../ledger/post.ts";
import { settle } from "../ledger/settle.ts";
import { requireAvailable } from "../ledger/spendable.ts";
import { type Instant, NEVER } from "../ledger/state.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireNotClosed } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext, NumberedWallet } from "../programs/decide-context.ts";
import { walletNamed } from "../programs/wallet-named.ts";
import type { AdjustmentProposalView, AdjustmentView, AdjustPoints } from "./commands.ts";
import { adjustmentCounter, givenCounter, leftOfKey, requireWithinLimits } from "./limits.ts";
import { propose } from "./propose.ts";

/**
 * Corrects a balance by hand, or where the program wants another's approval for so many points only proposes it.
 * Units:  whole points.
 * Errors: member_not_found, member_not_active (closed or erased), request_invalid (an unknown wallet, an expiry that is past or of
 *         points that are taken), adjustment_limit_exceeded, key_points_limit, insufficient_points; nothing changes.
 */
export function decideAdjustPoints(
  draft: MemberDraft,
  command: AdjustPoints,
  context: DecideContext,
): AdjustmentView | AdjustmentProposalView {
  const { definition } = context.program;
  const points = Math.abs(command.points);
  requireNotClosed(draft);
  const wallet = walletNamed(context, command.wallet, "/wallet");
  expiryOf(command, wallet, context);
  const counter = adjustmentCounter(command.keyId, context.now, definition.timeZone);
  requireWithinLimits(definition, { points, counter, counters: draft.counters });
  // What is only proposed is not counted, and not more than what could be given.
  countedOfKey(draft, command, context);

  const { approval } = definition.adjustments ?? {};
  const answer =
    approval !== undefined && points > approval.above
      ? propose(draft, command, { approval, wallet: wallet.definition.id }, context)
      : adjust(draft, command, context);
  draft.rows.commands.push({ kind: REQUEST_KINDS.adjustment, id: command.adjustmentId, answer });
  return answer;
}

/** What an adjustment is, whoever has decided on it. */
export type Adjusting = Omit<AdjustPoints, "kind" | "hash">;

/**
 * Gives or takes points by hand, with a reason and an actor. Given points are a lot of their own, available at once; taken ones come
 * from the lots that expire first, and what is not there is refused or, where it is asked for, owed. Neither is an accrual: totals and
 * tiers stay as they are. A member who is suspended can be corrected too.
 * Units:  whole points.
 * Errors: member_not_active (closed or erased), request_invalid (an unknown wallet, an expiry that is past or of points that are
 *         taken), key_points_limit, insufficient_points; nothing changes.
 */
export function adjust(draft: MemberDraft, command: Adjusting, context: DecideContext): AdjustmentView {
  const { program, now } = context;
  const { adjustmentId, points, reason, keyId, actor = keyId } = command;
  requireNotClosed(draft);
  const wallet = walletNamed(context, command.wallet, "/wallet");
  const expiresAt = expiryOf(command, wallet, context);
  const counted = countedOfKey(draft, command, context);
  settle(draft, now, program.version);

  const debt = points > 0 ? give(draft, command, { wallet, expiresAt }, context) : take(draft, command, wallet, context);
  const counter = adjustmentCounter(keyId, now, program.definition.timeZone);
  draft.counters.take([{ ...counter, amount: Math.abs(points) }, ...counted.uses]);
  draft.announce("points.adjusted", now, { adjustmentId, wallet: wallet.definition.id, points, debt, reason, actor });
  return {
    id: adjustmentId,
    memberId: draft.id,
    wallet: wallet.definition.id,
    points,
    debt,
    reason,
    actor,
    keyId,
    occurredAt: isoText(now),
    expiresAt: points < 0 || expiresAt === NEVER ? null : isoText(expiresAt),
    ...counted.told,
    balance: balanceSummary(draft, context),
  };
}

/** What a limited key that gives uses of its day, and what is told of the rest. Errors: key_points_limit. */
function countedOfKey(draft: MemberDraft, { points, keyId, keyPointsPerDay = null }: Adjusting, { program, now }: DecideContext) {
  if (keyPointsPerDay === null || points < 0) return { uses: [], told: {} };
  const counter = givenCounter(keyId, now, program.definition.timeZone);
  const keyPointsLeft = leftOfKey(keyPointsPerDay, { points, used: draft.counters.used(counter) });
  return { uses: [{ ...counter, amount: points }], told: { keyPointsLeft } };
}

function expiryOf({ points, expiresAt }: Adjusting, { definition }: NumberedWallet, { program, now }: DecideContext): Instant {
  if (expiresAt === undefined) return expiryAt(new Date(now), definition.expiry, program.definition.timeZone)?.getTime() ?? NEVER;
  if (points < 0) throw refuseField("request_invalid", "/expiresAt", "points that are taken have no expiry");
  const at = Date.parse(expiresAt);
  if (at <= now) throw refuseField("request_invalid", "/expiresAt", "lies in the past", { now: isoText(now) });
  return at;
}

const movementOf = ({ adjustmentId }: Adjusting, { number }: NumberedWallet, { program, now }: DecideContext) =>
  ({
    wallet: number,
    kind: "adjustment",
    occurredAt: now,
    source: { kind: "adjustment", id: adjustmentId },
    ruleSet: program.version,
  }) as const;

function give(
  draft: MemberDraft,
  command: Adjusting,
  { wallet, expiresAt }: { wallet: NumberedWallet; expiresAt: Instant },
  context: DecideContext,
): number {
  const { points } = command;
  grantLot(draft, { ...movementOf(command, wallet, context), points, availableAt: context.now, expiresAt }, context.now);
  return 0;
}

/** Answers: what the member now owes of it. */
function take(draft: MemberDraft, command: Adjusting, wallet: NumberedWallet, context: DecideContext): number {
  const points = -command.points;
  if (command.shortfall === "refuse") requireAvailable(draft, wallet, points);
  const movement = movementOf(command, wallet, context);
  const { taken, uses } = takeFromLots(draft, availableLots(draft, wallet.number), points);
  if (taken > 0) post(draft, { ...movement, from: "available", to: "adjusted", points: taken, uses });
  const debt = points - taken;
  if (debt > 0) post(draft, { ...movement, from: "debt", to: "adjusted", points: debt });
  return debt;
}
