import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import { addPeriod, parsePeriod } from "../core/period.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CouponDefinition } from "../programs/coupon-definition.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { Coupon } from "./coupon.ts";

/** What a coupon is given for: an order, an event, a request by hand. `n` counts the equal ones of one rule from 0. */
export type CouponGrant = {
  cause: string;
  sourceId: string;
  rule?: string;
  n?: number;
  reason?: string;
  actor?: string | undefined;
  /** What the announcement says of the cause: an order's or an event's id. */
  names?: Record<string, string>;
};

export const couponDefinition = ({ program }: Pick<CommandContext, "program">, id: string): CouponDefinition | undefined =>
  program.definition.coupons?.find((definition) => definition.id === id);

/** When one that is issued at an instant is valid, by the calendar of the program's zone; null when all of them have ended. */
export function validityOf(
  { from, until, validFor }: CouponDefinition,
  issuedAt: Instant,
  timeZone: string,
): Pick<Coupon, "validFrom" | "validUntil"> | null {
  const validFrom = from === undefined ? issuedAt : Math.max(issuedAt, Date.parse(from));
  const ends = [
    ...(until === undefined ? [] : [Date.parse(until)]),
    ...(validFor === undefined ? [] : [addPeriod(new Date(validFrom), parsePeriod(validFor), timeZone).getTime()]),
  ];
  if (ends.length === 0) return { validFrom, validUntil: null };
  const validUntil = Math.min(...ends);
  return validUntil > validFrom ? { validFrom, validUntil } : null;
}

/**
 * Gives the member a coupon with a code of its own, and announces it. Null, and nothing is given, when all of them have ended.
 * Made again for the same cause it has the same code.
 */
export function issueCoupon(
  draft: MemberDraft,
  definition: CouponDefinition,
  issuedAt: Instant,
  grant: CouponGrant,
  { program, couponCode }: CommandContext,
): Coupon | null {
  const validity = validityOf(definition, issuedAt, program.definition.timeZone);
  if (validity === null) return null;
  const { cause, sourceId, rule = null, n = 0, reason = null, actor = null, names = {} } = grant;
  const code = couponCode({ memberId: draft.id, coupon: definition.id, cause, sourceId, rule, n });
  const coupon = { code, coupon: definition.id, cause, sourceId, rule, reason, actor, issuedAt, ...validity };
  draft.rows.coupons.push({ ...coupon, ruleSet: program.version });
  draft.coupons.set(code, { code, coupon: definition.id, ...validity, redeemed: null, revokedAt: null, expiredAt: null });
  draft.announce("coupon.granted", issuedAt, {
    coupon: definition.id,
    code,
    validFrom: isoText(validity.validFrom),
    validUntil: isoTextOrNull(validity.validUntil),
    ...(rule !== null && { rule }),
    ...names,
  });
  return { ...coupon, redeemed: null, revokedAt: null, expiredAt: null };
}
