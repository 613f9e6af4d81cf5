import { adjustmentCounter, givenCounter } from "../adjustments/limits.ts";
import { canonicalHash } from "../core/canonical.ts";
import { isoText } from "../core/iso-text.ts";
import { dateToDay, dayStart } from "../core/period.ts";
import type { RequestKind } from "../core/request-kinds.ts";
import { isExtended } from "../ledger/extend-expiry.ts";
import { dayCounter, dayEventId } from "../member-days/day-id.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { reversalId } from "../reversals/reversal-id.ts";
import { rewardCounters } from "../rewards/reward-limits.ts";
import type { Counter } from "../rules/limits/counter.ts";
import { transferCounters } from "../transfers/limits.ts";
import type { Command } from "./commands.ts";
import { type Spending, spendingOf, spendsPoints } from "./spends-points.ts";

/** An id of the caller's that a command takes for itself: the same id with the same hash is a replay. */
export type Claim = { kind: RequestKind; id: string; hash: string };

/** What a command needs loaded, and what it takes, before it can be decided. */
export type Requirements = {
  claim: Claim | null;
  /** True when the command may make a member of an id that nobody has used. */
  mayEnrol: boolean;
  /** An order of the member's that the command is about. */
  orderId: string | null;
  /** A redemption of the member's that the command is about. */
  redemptionId: string | null;
  /** All of them, with the open holds. */
  openLots: boolean;
  /** The open lots that so many points come from, where not all are needed. */
  spends: readonly Spending[];
  /** Spends points, and the program has households: needs the open lots of those whom it may draw on. */
  drawsOnPool: boolean;
  /** A hold of the member's that the command is about, open or not, with its lots. */
  holdId: string | null;
  /** An entry of the member's that the command is about, by its sequence number. */
  entrySeq: number | null;
  /** A bulk grant that the command gives of. */
  bulkGrantId: string | null;
  profile: boolean;
  /** The next review of the tier. */
  review: boolean;
  /** RFC 3339 instant as of which rules decide, and so may ask the counters of their limits; null when none do. */
  decidesAt: string | null;
  segments: boolean;
  /** Counters that the command asks or changes by itself, whatever the rules count. */
  counters: readonly Counter[];
  /** What the member's last quote holds, whatever the command counts. */
  reservation: boolean;
  /** The households of all members of the command. */
  pool: boolean;
  /** RFC 3339 instant at which the command looks at the tier windows; null when it does not. */
  tiersAt: string | null;
  /** A merge of the command's members: needs all of both that it moves or sums up. */
  mergeId: string | null;
};

const NOTHING: Requirements = {
  claim: null,
  mayEnrol: false,
  orderId: null,
  redemptionId: null,
  openLots: false,
  spends: [],
  drawsOnPool: false,
  holdId: null,
  entrySeq: null,
  bulkGrantId: null,
  profile: false,
  review: false,
  decidesAt: null,
  segments: false,
  counters: [],
  reservation: false,
  pool: false,
  tiersAt: null,
  mergeId: null,
};

/** Commands that, beside those that spend points, may do what points live on with: earn by rules, or spend what was held. */
const ACTIVE: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>([
  "place_order",
  "complete_order",
  "record_event",
  "record_day",
  "resolve_hold",
]);

/** The programs of a command: the one in force, and the one whose rules decide its cart, which a quote may have fixed. */
type Programs = { inForce: CompiledProgram; deciding: CompiledProgram };

/**
 * What a command needs loaded and takes; `now` is RFC 3339. One that spends points needs the lots that they come from and, in a program
 * with households, the household of its member, to draw on it. Where points live on with what their member does, all open lots change.
 */
export function requirementsOf(command: Command, programs: Programs, now: string): Requirements {
  const own = requirementsOfKind(command, programs, now);
  const { pools, wallets } = programs.inForce.definition;
  const isSpending = spendsPoints(command);
  const spends = isSpending ? spendingOf(command, programs.deciding.definition) : [];
  const mayExtend = (isSpending || ACTIVE.has(command.kind)) && wallets.some(isExtended);
  const isDrawing = pools !== undefined && isSpending;
  return {
    ...own,
    openLots: own.openLots || mayExtend || spends === null,
    spends: spends ?? [],
    pool: own.pool || isDrawing,
    drawsOnPool: isDrawing,
  };
}

function requirementsOfKind(command: Command, { inForce, deciding }: Programs, now: string): Requirements {
  const { definition } = inForce;
  switch (command.kind) {
    case "enrol_member":
      return { ...NOTHING, mayEnrol: true, profile: true };
    case "update_member":
      return { ...NOTHING, profile: true };
    case "change_segment":
      return { ...NOTHING, segments: true };
    case "place_order":
      return {
        ...NOTHING,
        claim: { kind: "order", id: command.orderId, hash: command.hash },
        mayEnrol: definition.autoEnroll,
        profile: deciding.readsProfile,
        decidesAt: command.cart.occurredAt,
        segments: deciding.readsSegments,
        tiersAt: command.cart.occurredAt,
      };
    case "reserve_quote":
      return {
        ...NOTHING,
        mayEnrol: definition.autoEnroll,
        profile: deciding.readsProfile,
        decidesAt: command.cart.occurredAt,
        segments: deciding.readsSegments,
        reservation: true,
        tiersAt: command.cart.occurredAt,
      };
    case "release_reservation":
      return { ...NOTHING, reservation: true };
    case "revise_order":
      return {
        ...NOTHING,
        orderId: command.orderId,
        profile: deciding.readsProfile,
        decidesAt: command.cart.occurredAt,
        segments: deciding.readsSegments,
        tiersAt: command.cart.occurredAt,
      };
    case "complete_order":
      return {
        ...NOTHING,
        claim: { kind: "complete", id: command.orderId, hash: command.hash },
        orderId: command.orderId,
        tiersAt: command.occurredAt ?? now,
      };
    case "confirm_points":
      return { ...NOTHING, claim: { kind: "points_confirmation", id: command.orderId, hash: command.hash }, orderId: command.orderId };
    case "cancel_order":
      return { ...NOTHING, claim: { kind: "cancel", id: command.orderId, hash: command.hash }, orderId: command.orderId, openLots: true };
    case "return_lines":
      return {
        ...NOTHING,
        claim: { kind: "return", id: command.returnId, hash: canonicalHash([command.hash, command.orderId]) },
        orderId: command.orderId,
        openLots: true,
      };
    case "record_event":
      return {
        ...NOTHING,
        claim: { kind: "event", id: command.eventId, hash: command.hash },
        mayEnrol: definition.autoEnroll,
        profile: inForce.readsProfile,
        segments: inForce.readsSegments,
        decidesAt: command.occurredAt,
        tiersAt: command.occurredAt,
      };
    case "record_day": {
      const begins = dayStart(dateToDay(command.on), definition.timeZone);
      const id = dayEventId(command.memberId, command.day, command.on);
      return {
        ...NOTHING,
        claim: { kind: "event", id, hash: canonicalHash(id) },
        profile: true,
        segments: inForce.readsSegments,
        counters: [dayCounter(command.day, begins, definition.timeZone)],
        decidesAt: begins.toISOString(),
        tiersAt: begins.toISOString(),
      };
    }
    case "open_balance":
      return {
        ...NOTHING,
        claim: { kind: "opening", id: command.openingId, hash: command.hash },
        mayEnrol: definition.autoEnroll,
        tiersAt: command.occurredAt,
      };
    case "buy_upgrade":
      return {
        ...NOTHING,
        claim: { kind: "tier_upgrade", id: command.purchaseId, hash: command.hash },
        tiersAt: now,
      };
    case "create_pool":
      return { ...NOTHING, claim: { kind: "pool", id: command.poolId, hash: command.hash }, pool: true };
    case "put_pool_member":
    case "leave_pool":
      return { ...NOTHING, pool: true };
    case "merge_members":
    case "unmerge_members": {
      const kind = command.kind === "merge_members" ? "merge" : "unmerge";
      return {
        ...NOTHING,
        claim: { kind, id: command.mergeId, hash: command.hash },
        pool: true,
        reservation: true,
        mergeId: command.mergeId,
      };
    }
    case "erase_member":
      return {
        ...NOTHING,
        claim: { kind: "erasure", id: command.memberId, hash: canonicalHash(command.memberId) },
        openLots: true,
        pool: true,
        review: true,
        reservation: true,
      };
    case "transfer_points":
      return {
        ...NOTHING,
        claim: { kind: "transfer", id: command.transferId, hash: command.hash },
        openLots: true,
        counters: transferCounters(definition, command.wallet, new Date(now)),
      };
    case "adjust_points":
      return {
        ...NOTHING,
        claim: { kind: "adjustment", id: command.adjustmentId, hash: command.hash },
        openLots: true,
        counters: [adjustmentCounter, ...((command.keyPointsPerDay ?? null) === null ? [] : [givenCounter])].map((counter) =>
          counter(command.keyId, Date.parse(now), definition.timeZone),
        ),
      };
    case "decide_adjustment":
      return {
        ...NOTHING,
        claim: { kind: "adjustment_decision", id: command.proposal.id, hash: command.hash },
        openLots: true,
        counters: [adjustmentCounter(command.proposal.keyId, Date.parse(now), definition.timeZone)],
      };
    case "redeem_reward":
      return {
        ...NOTHING,
        claim: { kind: "redemption", id: command.redemptionId, hash: command.hash },
        profile: inForce.rewardSchedules.get(command.reward)?.readsProfile ?? false,
        segments: true,
        counters: rewardCounters(definition, command.reward, new Date(now)),
      };
    case "fulfil_redemption":
    case "cancel_redemption": {
      const kind = command.kind === "fulfil_redemption" ? "redemption_fulfil" : "redemption_cancel";
      return { ...NOTHING, claim: { kind, id: command.redemptionId, hash: command.hash }, redemptionId: command.redemptionId };
    }
    case "confirm_redemption":
      return { ...NOTHING, claim: command.key && { kind: "idempotency_key", ...command.key }, redemptionId: command.redemptionId };
    case "expire_redemption":
      return { ...NOTHING, redemptionId: command.redemptionId };
    case "open_hold":
      return { ...NOTHING, claim: { kind: "hold", id: command.holdId, hash: command.hash } };
    case "resolve_hold":
      return {
        ...NOTHING,
        claim: { kind: "hold_resolution", id: command.holdId, hash: command.hash },
        holdId: command.holdId,
      };
    case "reverse_entry":
      return {
        ...NOTHING,
        claim: { kind: "reversal", id: reversalId(command), hash: command.hash },
        entrySeq: command.seq,
        openLots: true,
        tiersAt: now,
        counters: [adjustmentCounter(command.keyId, Date.parse(now), definition.timeZone)],
      };
    case "set_tier":
      return { ...NOTHING, claim: command.key && { kind: "idempotency_key", ...command.key } };
    case "settle_member":
      return NOTHING;
    case "announce_expiry": {
      const told = [command.memberId, command.wallet, command.expiresOn, command.notice];
      return { ...NOTHING, claim: { kind: "expiry_notice", id: told.join(" "), hash: canonicalHash(told) }, openLots: true };
    }
    case "grant_in_bulk":
      return { ...NOTHING, bulkGrantId: command.grantId };
    case "issue_coupon":
      return { ...NOTHING, claim: { kind: "idempotency_key", ...command.key } };
    case "revoke_coupon":
    case "expire_coupon":
      return NOTHING;
    case "announce_coupon_expiry": {
      const told = [command.code, command.notice];
      return { ...NOTHING, claim: { kind: "coupon_notice", id: told.join(" "), hash: canonicalHash(told) } };
    }
    case "review_tier":
      // As of the day that ended then: the millisecond before belongs to it.
      return { ...NOTHING, review: true, tiersAt: isoText(Date.parse(command.dueAt) - 1) };
  }
}
