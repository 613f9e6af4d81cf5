import type pg from "pg";
import { readCouponCode } from "../coupons/code.ts";
import type { MemberState } from "../members/member-state.ts";
import { type CouponRow, selectCoupons, toCouponState } from "./load/coupons.ts";
import type { PlannedJob } from "./plan.ts";

/** The codes that a command may use, release, take back or end: its own, those of its cart, and of the order or the redemption that it is about. */
function codesOf({ command, requirements: { orderId, redemptionId } }: PlannedJob, state: MemberState): string[] {
  if (command.kind === "expire_coupon" || command.kind === "announce_coupon_expiry") return [command.code];
  const ofCart = "cart" in command ? command.cart.coupons : [];
  const ofOrder = orderId === null ? [] : (state.orders.get(orderId)?.decision.coupons ?? []);
  const ofRedemption = redemptionId === null ? [] : (state.redemptions.get(redemptionId)?.given?.coupons ?? []);
  return [...ofCart.flatMap((code) => readCouponCode(code) ?? []), ...[...ofOrder, ...ofRedemption].map(({ code }) => code)];
}

/** Loads the coupons that a batch names into the members who have them. No statement where none is named. */
export async function loadCoupons(
  client: pg.ClientBase,
  programId: number,
  { jobs, members }: { jobs: readonly PlannedJob[]; members: ReadonlyMap<string, MemberState> },
): Promise<void> {
  const codesByMember = new Map<MemberState, Set<string>>();
  for (const job of jobs) {
    const state = members.get(job.memberId);
    if (state === undefined) continue;
    const codes = codesOf(job, state);
    if (codes.length > 0) codesByMember.set(state, new Set([...(codesByMember.get(state) ?? []), ...codes]));
  }
  if (codesByMember.size === 0) return;
  const named = [...codesByMember].flatMap(([{ key: memberKey }, codes]) => [...codes].map((code) => ({ memberKey, code })));
  const { rows } = await client.query<CouponRow>(selectCoupons(programId, named));
  const byKey = new Map([...codesByMember.keys()].map((state) => [state.key, state]));
  for (const row of rows) byKey.get(row.member_key)?.coupons.set(row.code, toCouponState(row));
}
