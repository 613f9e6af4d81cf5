import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { selectUsed } from "../engine/load/counters.ts";
import { type SegmentRow, selectSegments } from "../engine/load/segments.ts";
import type { BalanceReader } from "../ledger/read-balance.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { findMember } from "../members/store.ts";
import type { RewardDefinition } from "../programs/reward-definition.ts";
import { knownTier } from "../tiers/change-tier.ts";
import { countersOf, type MemberRewardView, type RewardView, rewardView } from "./catalogue.ts";
import { reasonsAgainst } from "./reasons.ts";

/** Points come from the same reader as balances, so that a balance and what it buys agree. */
export type RewardReads = ReadDeps & { balances: BalanceReader };

/** Which rewards of the version in force: `limit` of those after an id. */
export type RewardsPage = { after: string; limit: number };

const pageOfRewards = (rewards: readonly RewardDefinition[], { after, limit }: RewardsPage): RewardDefinition[] =>
  [...rewards]
    .filter(({ id }) => id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit);

/** Rewards in the order of their ids, with what is left of them now. */
export async function readRewards(reads: RewardReads, { programId }: ProgramContext, page: RewardsPage): Promise<RewardView[]> {
  const program = await reads.programs.current(programId);
  const { definition } = program;
  const now = reads.now();
  const rewards = pageOfRewards(definition.rewards ?? [], page);
  const used = await inProgram(reads.pool, programId, (tx) => selectUsed(tx, programId, countersOf(rewards, definition, now)));
  return rewards.map((reward) => rewardView(reward, program, now, used));
}

/** Errors: reward_not_found. */
export async function readReward(reads: RewardReads, { programId }: ProgramContext, rewardId: string): Promise<RewardView> {
  const program = await reads.programs.current(programId);
  const { definition } = program;
  const now = reads.now();
  const reward = definition.rewards?.find(({ id }) => id === rewardId);
  if (reward === undefined) throw new LoyaltyError("reward_not_found", { reward: rewardId });
  const used = await inProgram(reads.pool, programId, (tx) => selectUsed(tx, programId, countersOf([reward], definition, now)));
  return rewardView(reward, program, now, used);
}

/**
 * Rewards as they stand for one member, each with what keeps the member from it.
 * Errors: member_not_found.
 */
export async function readMemberRewards(
  reads: RewardReads,
  program: ProgramContext,
  memberId: string,
  page: RewardsPage,
): Promise<MemberRewardView[]> {
  const { programId } = program;
  const compiled = await reads.programs.current(programId);
  const { definition } = compiled;
  const now = reads.now();
  const rewards = pageOfRewards(definition.rewards ?? [], page);
  const { member, segments, used } = await inProgram(reads.pool, programId, async (tx) => {
    const member = await findMember(tx, programId, memberId);
    const { rows } = await tx.query<SegmentRow>(selectSegments(programId, [member.id]));
    const used = await selectUsed(tx, programId, countersOf(rewards, definition, now), member.member_key);
    return { member, segments: rows[0]?.segments ?? [], used };
  });
  const { wallets } = await reads.balances.read(program, member.id, { consistency: "strong" });
  const facts = {
    now: now.getTime(),
    status: member.status,
    tier: knownTier(compiled, member.tier),
    segments,
    enrolledAt: member.enrolled_at,
    ...(member.birth_date !== null && { birthDate: member.birth_date }),
    available: (wallet: string) => wallets[wallet]?.available ?? 0,
    used,
  };
  return rewards.map((reward) => {
    const reasons = reasonsAgainst(reward, compiled, facts);
    return { ...rewardView(reward, compiled, now, used), redeemable: reasons.length === 0, reasons };
  });
}
