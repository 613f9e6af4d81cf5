import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { expire } from "../ledger/expire.ts";
import { resolveHold } from "../ledger/resolve-hold.ts";
import { nextChangeAt, settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { EraseMember, ErasureView } from "./commands.ts";

/** Whole points by wallet. Needs no hold open: what is held of a lot does not expire. */
function forfeit(draft: MemberDraft, { program, wallets, now }: DecideContext): Record<string, number> {
  const forfeited: Record<string, number> = {};
  for (const { seq, wallet } of [...draft.lots.values()]) {
    const name = wallets.byNumber.get(wallet);
    const points = expire(draft, seq, now, program.version);
    if (points > 0 && name !== undefined) forfeited[name] = (forfeited[name] ?? 0) + points;
  }
  return forfeited;
}

/**
 * Erases a member for good, whatever their status: open holds are released, points that are left go to breakage or stay until they expire,
 * and the write path takes everything personal out of every table. Debts, orders and entries stay.
 * Errors: member_not_found; pool_conflict while they are in a household, whose others draw on their points.
 */
export function decideEraseMember(draft: MemberDraft, { points }: EraseMember, context: DecideContext): ErasureView {
  const { program, now } = context;
  if (draft.status === "placeholder") throw new LoyaltyError("member_not_found", { memberId: draft.id });
  if (draft.pool !== null) throw new LoyaltyError("pool_conflict", { poolId: draft.pool.id, memberId: draft.id, reason: "in_a_pool" });
  settle(draft, now, program.version);
  const open = [...draft.holds.values()].filter(({ status }) => status === "open");
  for (const { id } of open) resolveHold(draft, id, { status: "released", captured: 0, at: now, now, ruleSet: program.version });
  const forfeited = points === "forfeit" ? forfeit(draft, context) : {};
  draft.nextChangeAt = nextChangeAt(draft.lots.values(), draft.holds.values());

  draft.status = "erased";
  draft.profile = null;
  draft.enrolHash = null;
  draft.counters.reserve(null);
  draft.setReview(null);
  draft.rows.erasures.push({ at: now });
  draft.announce("member.erased", now, { forfeited });
  const answer = { memberId: draft.id, erasedAt: isoText(now), forfeited, balance: balanceSummary(draft, context) };
  draft.rows.commands.push({ kind: REQUEST_KINDS.erasure, id: draft.id, answer });
  return answer;
}
