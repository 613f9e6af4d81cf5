import { refuseField } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { coverFromPool } from "../ledger/cover-from-pool.ts";
import { reserveInLots } from "../ledger/lots.ts";
import { post } from "../ledger/post.ts";
import { settle } from "../ledger/settle.ts";
import { requirePoints } from "../ledger/spendable.ts";
import type { HoldState, Instant } from "../ledger/state.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletOf } from "../programs/decide-context.ts";
import type { HoldView, OpenHold } from "./commands.ts";
import { holdView } from "./hold-view.ts";

const DEFAULT_MS = 30 * 60_000;
/** The longest that points may be reserved for: 30 days. */
export const HOLD_MS_MAX = 30 * 86_400_000;

/** Errors: request_invalid at /expiresAt for a time that is over or too far away. */
function endOf({ expiresAt }: OpenHold, now: Instant): Instant {
  if (expiresAt === undefined) return now + DEFAULT_MS;
  const end = Date.parse(expiresAt);
  if (end <= now) throw refuseField("request_invalid", "/expiresAt", "this time is over");
  if (end > now + HOLD_MS_MAX) throw refuseField("request_invalid", "/expiresAt", "a hold ends 30 days from now at the latest");
  return end;
}

/**
 * Reserves points of one wallet, those that expire first, until the hold is captured, released or its time is over. What is missing of
 * `points` comes from the member's household.
 * Errors: member_not_found, member_not_active, request_invalid (wallet, time), wallet_not_spendable, insufficient_points (with
 *         `upTo` only where none is available); nothing changes.
 */
export function decideOpenHold(draft: MemberDraft, command: OpenHold, context: DecideContext): HoldView {
  const { program, now } = context;
  const { holdId, upTo, reason } = command;
  requireActive(draft);
  const wallet = walletOf(context, command.wallet);
  const expiresAt = endOf(command, now);
  settle(draft, now, program.version);

  const { number, definition } = wallet;
  const points = upTo === undefined ? (command.points ?? 0) : Math.max(1, Math.min(upTo, draft.wallet(number).available));
  if (upTo === undefined) coverFromPool(draft, wallet, points, program.version);
  requirePoints(draft, wallet, points);
  const uses = reserveInLots(draft, number, points);
  const source = { kind: "hold", id: holdId } as const;
  const movement = { wallet: number, kind: "hold", from: "available", to: "held", points, source, uses } as const;
  post(draft, { ...movement, occurredAt: now, ruleSet: program.version });
  const hold: HoldState = {
    id: holdId,
    wallet: number,
    points,
    captured: 0,
    status: "open",
    reason: reason ?? null,
    createdAt: now,
    expiresAt,
    resolvedAt: null,
    uses,
  };
  draft.holds.set(holdId, hold);
  draft.nextChangeAt = Math.min(draft.nextChangeAt, expiresAt);
  draft.announce("hold.opened", now, { holdId, wallet: definition.id, points, expiresAt: isoText(expiresAt) });

  const answer = { ...holdView(hold, { memberId: draft.id, wallet: definition.id, now }), balance: balanceSummary(draft, context) };
  draft.rows.commands.push({ kind: REQUEST_KINDS.hold, id: holdId, answer });
  return answer;
}
