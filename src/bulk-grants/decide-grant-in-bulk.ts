import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import { expiryAt } from "../core/period.ts";
import { couponDefinition, issueCoupon } from "../coupons/issue-coupon.ts";
import { grantLot } from "../ledger/grant.ts";
import { settle } from "../ledger/settle.ts";
import { NEVER } from "../ledger/state.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type CommandContext, walletsOf } from "../programs/decide-context.ts";
import type { GivenPoints } from "./bulk-grant.ts";
import type { GrantedInBulkView, GrantInBulk } from "./commands.ts";
import { PassedOver } from "./passed-over.ts";

/**
 * Gives one member what a bulk grant gives, once. Points are a lot of their own, available at once, and no accrual: totals and tiers
 * stay as they are.
 * Units:  whole points.
 * Errors: member_not_active, coupon_over (also where the program has dropped the coupon), amount_out_of_range; PassedOver where the
 *         grant has reached the member or has ended. Nothing changes.
 */
export function decideGrantInBulk(draft: MemberDraft, { grantId }: GrantInBulk, context: CommandContext): GrantedInBulkView {
  const grant = draft.bulkGrants.edit(grantId);
  if (grant === undefined || grant.isReached || grant.status !== "running") throw new PassedOver();
  requireActive(draft);
  settle(draft, context.now, context.program.version);
  const { points, coupon } = grant.gives;
  if (points !== undefined) givePoints(draft, points, grantId, context);
  if (coupon !== undefined) giveCoupon(draft, coupon, grantId, context);
  grant.isReached = true;
  draft.rows.bulkGrants.push({ grantId, at: context.now });
  return { memberId: draft.id };
}

function giveCoupon(draft: MemberDraft, coupon: string, grantId: string, context: CommandContext): void {
  const definition = couponDefinition(context, coupon);
  const grant = { cause: "bulk_grant", sourceId: grantId, names: { bulkGrantId: grantId } };
  const issued = definition === undefined ? null : issueCoupon(draft, definition, context.now, grant, context);
  if (issued === null) throw new LoyaltyError("coupon_over", { coupon, until: definition?.until ?? "" });
}

function givePoints(draft: MemberDraft, { wallet: id, points, expiry }: GivenPoints, grantId: string, context: CommandContext): void {
  const { program, now } = context;
  const wallet = walletsOf(context).find(({ definition }) => definition.id === id);
  assert(wallet, "a wallet stays in the program once it is there");
  const policy = expiry ?? wallet.definition.expiry;
  const expiresAt = expiryAt(new Date(now), policy, program.definition.timeZone)?.getTime() ?? NEVER;
  const source = { kind: "bulk_grant", id: grantId } as const;
  const gift = { wallet: wallet.number, points, occurredAt: now, availableAt: now, expiresAt, source, ruleSet: program.version };
  grantLot(draft, { ...gift, kind: "adjustment" }, now);
  draft.announce("points.granted", now, { bulkGrantId: grantId, wallet: id, points });
}
