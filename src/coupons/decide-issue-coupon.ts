import { LoyaltyError, refuseField } from "../core/errors.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { settle } from "../ledger/settle.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { CouponView, IssueCoupon } from "./commands.ts";
import { couponView } from "./coupon-view.ts";
import { couponDefinition, issueCoupon } from "./issue-coupon.ts";

/**
 * Gives a member a coupon by hand, from now on.
 * Errors: member_not_found, member_not_active, request_invalid (no such coupon), coupon_over; nothing changes.
 */
export function decideIssueCoupon(draft: MemberDraft, command: IssueCoupon, context: CommandContext): CouponView {
  const { program, now } = context;
  const { coupon: id, reason, actor, key } = command;
  requireActive(draft);
  const definition = couponDefinition(context, id);
  if (definition === undefined) throw refuseField("request_invalid", "/coupon", `the program has no coupon ${id}`);
  settle(draft, now, program.version);

  const coupon = issueCoupon(draft, definition, now, { cause: "hand", sourceId: key.id, reason, actor }, context);
  if (coupon === null) throw new LoyaltyError("coupon_over", { coupon: id, until: definition.until ?? "" });
  const answer = couponView(coupon, definition, now);
  draft.rows.commands.push({ kind: REQUEST_KINDS.idempotency_key, id: key.id, answer });
  return answer;
}
