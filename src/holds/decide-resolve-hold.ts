import { assert } from "../core/assert.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { extendExpiry } from "../ledger/extend-expiry.ts";
import { resolveHold } from "../ledger/resolve-hold.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import type { HoldView, ResolveHold, StoredHoldView } from "./commands.ts";
import { holdView } from "./hold-view.ts";

export const holdNotOpen = ({ status, captured, released }: Pick<StoredHoldView, "status" | "captured" | "released">): LoyaltyError =>
  new LoyaltyError("hold_not_open", { status, captured, released });

/**
 * Resolves a hold, once: captured points are spent, the rest is free again. Also of a member who is not active any more.
 * Errors: member_not_found, hold_not_found, hold_expired, hold_not_open, request_invalid (more than is held); nothing changes.
 */
export function decideResolveHold(draft: MemberDraft, command: ResolveHold, context: DecideContext): HoldView {
  const { program, wallets, now } = context;
  const { holdId, action } = command;
  settle(draft, now, program.version);
  const hold = draft.holds.get(holdId);
  if (hold === undefined) throw new LoyaltyError("hold_not_found", { holdId });
  if (hold.status === "expired") throw new LoyaltyError("hold_expired", { expiredAt: isoText(hold.expiresAt) });
  if (hold.status !== "open") throw holdNotOpen({ ...hold, released: hold.points - hold.captured });
  const captured = action === "release" ? 0 : (command.points ?? hold.points);
  if (captured > hold.points) throw refuseField("request_invalid", "/points", `the hold has ${hold.points} points`, { held: hold.points });

  const status = action === "release" ? "released" : "captured";
  resolveHold(draft, holdId, { status, captured, at: now, now, ruleSet: program.version });
  const resolved = draft.holds.get(holdId);
  const wallet = wallets.byNumber.get(hold.wallet);
  assert(resolved && wallet !== undefined, "a hold that was resolved is there, in a wallet that has a name");
  const spent = walletsOf(context).find(({ number }) => number === hold.wallet);
  if (captured > 0 && spent !== undefined) extendExpiry(draft, spent, { kind: "spend", at: now }, context);
  const answer = { ...holdView(resolved, { memberId: draft.id, wallet, now }), balance: balanceSummary(draft, context) };
  draft.rows.commands.push({ kind: REQUEST_KINDS.hold_resolution, id: holdId, answer });
  return answer;
}
