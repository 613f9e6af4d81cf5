import type pg from "pg";
import { readCouponCode, readSharedCode } from "../coupons/code.ts";
import type { MemberState } from "../members/member-state.ts";
import { type CouponCodeRow, selectCouponCodes, toCouponCode } from "./load/coupon-codes.ts";
import { type CouponRow, selectCoupons, toCouponState } from "./load/coupons.ts";
import type { PlannedJob } from "./plan.ts";

/** Commands that are about one coupon of the member's. */
const NAMES_COUPON: ReadonlySet<string> = new Set(["revoke_coupon", "expire_coupon", "announce_coupon_expiry"]);

/** What members name: codes of coupons that may be theirs, and codes that carts bring and anybody may use. */
type NamedCodes = { own: Set<string>; shared: Set<string> };

/** The codes that a command may use, release, take back or end: its own, those of its cart, and of the order or the redemption that it is about. */
function addCodes(named: NamedCodes, { command, requirements: { orderId, redemptionId } }: PlannedJob, state: MemberState): void {
  if (NAMES_COUPON.has(command.kind) && "code" in command) named.own.add(command.code);
  for (const text of "cart" in command ? command.cart.coupons : []) {
    const [own, shared] = [readCouponCode(text), readSharedCode(text)];
    if (own !== null) named.own.add(own);
    if (shared !== null) named.shared.add(shared);
  }
  const ofOrder = orderId === null ? [] : (state.orders.get(orderId)?.decision.coupons ?? []);
  for (const { code, shared } of ofOrder) if (shared !== true) named.own.add(code);
  const ofRedemption = redemptionId === null ? [] : (state.redemptions.get(redemptionId)?.given?.coupons ?? []);
  for (const { code } of ofRedemption) named.own.add(code);
}

/** Loads the coupons and codes that a batch names into the members who name them. No statement where none is named. */
export async function loadCoupons(
  client: pg.ClientBase,
  programId: number,
  { jobs, members }: { jobs: readonly PlannedJob[]; members: ReadonlyMap<string, MemberState> },
): Promise<void> {
  const byMember = new Map<MemberState, NamedCodes>();
  for (const job of jobs) {
    const state = members.get(job.memberId);
    if (state === undefined) continue;
    const named = byMember.get(state) ?? { own: new Set(), shared: new Set() };
    addCodes(named, job, state);
    if (named.own.size + named.shared.size > 0) byMember.set(state, named);
  }
  const own = [...byMember].flatMap(([{ key: memberKey }, named]) => [...named.own].map((code) => ({ memberKey, code })));
  const shared = [...new Set([...byMember.values()].flatMap((named) => [...named.shared]))];
  const [coupons, codes] = await Promise.all([
    own.length === 0 ? [] : client.query<CouponRow>(selectCoupons(programId, own)).then(({ rows }) => rows),
    shared.length === 0 ? [] : client.query<CouponCodeRow>(selectCouponCodes(programId, shared)).then(({ rows }) => rows),
  ]);
  const byKey = new Map([...byMember.keys()].map((state) => [state.key, state]));
  for (const row of coupons) byKey.get(row.member_key)?.coupons.set(row.code, toCouponState(row));
  for (const code of codes.map(toCouponCode)) {
    for (const [state, named] of byMember) if (named.shared.has(code.code)) state.codes.set(code.code, code);
  }
}
