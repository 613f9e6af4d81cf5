import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { findMember, findMemberKey } from "../members/store.ts";
import { knownTier } from "../tiers/change-tier.ts";
import { type RedemptionView, redemptionView } from "./redemption.ts";
import { toRedemption } from "./rows.ts";
import {
  findRedemption,
  findRedemptionOfCode,
  listGivenEntitlements,
  listRedemptions,
  type RedemptionFilters,
  type StoredRedemption,
} from "./store.ts";

const viewOf = (row: StoredRedemption): RedemptionView => redemptionView(row.member_id, toRedemption(row));

/** Errors: redemption_not_found. */
export const readRedemption = ({ pool }: ReadDeps, { programId }: ProgramContext, redemptionId: string): Promise<RedemptionView> =>
  inProgram(pool, programId, async (tx) => viewOf(await findRedemption(tx, programId, redemptionId)));

/** Errors: code_unknown. */
export const readRedemptionOfCode = ({ pool }: ReadDeps, { programId }: ProgramContext, codeHash: string): Promise<RedemptionView> =>
  inProgram(pool, programId, async (tx) => viewOf(await findRedemptionOfCode(tx, programId, codeHash)));

/** Newest first, of one member where `memberId` says whose. Errors: member_not_found. */
export function readRedemptions(
  { pool }: ReadDeps,
  { programId }: ProgramContext,
  { memberId, ...filters }: Omit<RedemptionFilters, "memberKey"> & { memberId?: string },
): Promise<RedemptionView[]> {
  return inProgram(pool, programId, async (tx) => {
    const memberKey = memberId === undefined ? undefined : await findMemberKey(tx, programId, memberId);
    return (await listRedemptions(tx, programId, { ...filters, memberKey })).map(viewOf);
  });
}

export type EntitlementView = {
  entitlement: string;
  value: boolean | number | string;
  source: { kind: "tier" | "redemption"; id: string };
  until: string | null;
};

/** The privileges that a member has now: those of the tier, then those redeemed. Errors: member_not_found. */
export async function readEntitlements(
  deps: ReadDeps,
  { programId }: ProgramContext,
  memberId: string,
): Promise<{ memberId: string; entitlements: EntitlementView[] }> {
  const program = await deps.programs.current(programId);
  const now = deps.now().toISOString();
  const { member, redeemed } = await inProgram(deps.pool, programId, async (tx) => {
    const member = await findMember(tx, programId, memberId);
    return { member, redeemed: await listGivenEntitlements(tx, programId, member.member_key) };
  });
  const tier = knownTier(program, member.tier);
  const benefits = program.definition.tiers.find(({ id }) => id === tier)?.benefits.entitlements ?? {};
  const ofTier = Object.entries(benefits).map(
    ([entitlement, value]): EntitlementView => ({ entitlement, value, source: { kind: "tier", id: tier }, until: null }),
  );
  const ofRedemptions = redeemed.flatMap(({ redemption_id: id, gives, given }): EntitlementView[] => {
    const until = given?.until ?? null;
    if (gives.kind !== "entitlement" || (until !== null && until <= now)) return [];
    return [{ entitlement: gives.entitlement, value: gives.value, source: { kind: "redemption", id }, until }];
  });
  return { memberId: member.id, entitlements: [...ofTier, ...ofRedemptions] };
}
