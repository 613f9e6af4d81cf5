import { localDay } from "../core/period.ts";
import type { AuditOrigin } from "../db/audit-origin.ts";
import type { Instant } from "../ledger/state.ts";
import type { QuotedTerms } from "../orders/decide-cart.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { Command } from "./commands.ts";
import { type Claim, type Requirements, requirementsOf } from "./requirements.ts";

/** The terms of a quote and the claim that makes its token good for one order only. */
export type UsedQuote = { claim: Claim; terms: QuotedTerms };

/**
 * A command whose members are known, ready for a batch. `memberId` answers; `others` are changed with them or not at all; `aliases` are
 * the ids that were named, each with the member that it stood for when the command was planned.
 */
export type Job = {
  command: Command;
  memberId: string;
  others: readonly string[];
  aliases: ReadonlyMap<string, string>;
  quote: UsedQuote | null;
  /** Who is audited for it; null where nobody is. */
  origin: AuditOrigin | null;
};

export type PlannedJob = Job & { requirements: Requirements };

/** First and last instant and day; `isLate` where a look goes back behind a former one of the batch, `isWhole` where all activity is needed. */
export type TierLooks = { firstAt: number; firstDay: number; lastDay: number; isLate: boolean; isWhole: boolean };

/** What of one member the batch's commands need. Days are epoch days in the program's zone. */
export type MemberPlan = {
  id: string;
  mayEnrol: boolean;
  openLots: boolean;
  /** Points that they spend at most together, by the wallet's id. */
  spends: Map<string, number>;
  holdIds: Set<string>;
  entrySeqs: Set<number>;
  profile: boolean;
  review: boolean;
  segments: boolean;
  pool: boolean;
  orderIds: Set<string>;
  redemptionIds: Set<string>;
  /** When tiers and sums of metrics are looked at; null when never. */
  tiers: TierLooks | null;
};

export type BatchPlan = {
  jobs: PlannedJob[];
  /** Sorted by id: one order of locks for all. */
  members: MemberPlan[];
  /** One for each id and member that claims it: which of them are members is known under the lock, and the first of those gets it. */
  claims: (Claim & { memberId: string })[];
};

export const claimKey = ({ kind, id }: Pick<Claim, "kind" | "id">): string => `${kind} ${id}`;

const newMemberPlan = (id: string): MemberPlan => ({
  id,
  mayEnrol: false,
  openLots: false,
  spends: new Map(),
  holdIds: new Set(),
  entrySeqs: new Set(),
  profile: false,
  review: false,
  segments: false,
  pool: false,
  orderIds: new Set(),
  redemptionIds: new Set(),
  tiers: null,
});

function addTierLook(plan: MemberPlan, instant: Instant, timeZone: string): void {
  const day = localDay(new Date(instant), timeZone);
  plan.tiers ??= { firstAt: instant, firstDay: day, lastDay: day, isLate: false, isWhole: false };
  const { firstAt, firstDay, lastDay, isLate } = plan.tiers;
  plan.tiers = {
    ...plan.tiers,
    firstAt: Math.min(firstAt, instant),
    firstDay: Math.min(firstDay, day),
    lastDay: Math.max(lastDay, day),
    isLate: isLate || day < lastDay,
  };
}

/** The conditions of a rule set that is no longer in force look at sums as of the quote's day, and maybe at some that are not kept running. */
function addQuotedLook(plan: MemberPlan, { terms }: UsedQuote, inForce: CompiledProgram): void {
  const { sums } = terms.program;
  if (sums.length === 0) return;
  addTierLook(plan, terms.clock, inForce.definition.timeZone);
  const running = new Set(inForce.windows.map(({ key }) => key));
  if (plan.tiers !== null) plan.tiers.isWhole ||= sums.some(({ key }) => !running.has(key));
}

function addRequirements(plan: MemberPlan, requirements: Requirements, timeZone: string): void {
  plan.mayEnrol ||= requirements.mayEnrol;
  plan.openLots ||= requirements.openLots;
  // Nobody has more points than that, so more asks for no more lots.
  for (const { wallet, points } of requirements.spends) {
    plan.spends.set(wallet, Math.min(Number.MAX_SAFE_INTEGER, (plan.spends.get(wallet) ?? 0) + points));
  }
  plan.profile ||= requirements.profile;
  plan.review ||= requirements.review;
  plan.segments ||= requirements.segments;
  if (requirements.redemptionId !== null) plan.redemptionIds.add(requirements.redemptionId);
  if (requirements.holdId !== null) plan.holdIds.add(requirements.holdId);
  if (requirements.entrySeq !== null) plan.entrySeqs.add(requirements.entrySeq);
  if (requirements.orderId !== null) plan.orderIds.add(requirements.orderId);
  if (requirements.tiersAt !== null) addTierLook(plan, Date.parse(requirements.tiersAt), timeZone);
}

/** Puts together what the commands of a batch need. `now` is RFC 3339. */
export function planBatch(jobs: readonly Job[], program: CompiledProgram, now: string): BatchPlan {
  const members = new Map<string, MemberPlan>();
  const claims = new Map<string, Claim & { memberId: string }>();
  const planned = jobs.map((job) => {
    const requirements = requirementsOf(job.command, { inForce: program, deciding: job.quote?.terms.program ?? program }, now);
    const planOf = (id: string): MemberPlan => {
      const plan = members.get(id) ?? newMemberPlan(id);
      members.set(id, plan);
      return plan;
    };
    const plan = planOf(job.memberId);
    plan.pool ||= requirements.pool;
    for (const id of job.others) {
      const other = planOf(id);
      other.openLots ||= requirements.drawsOnPool;
      other.pool ||= requirements.pool && !requirements.drawsOnPool;
    }
    for (const id of job.aliases.keys()) planOf(id);
    if (requirements.mergeId !== null) for (const id of [job.memberId, ...job.others]) addMerging(planOf(id), program, now);
    if (job.quote !== null) addQuotedLook(plan, job.quote, program);
    addRequirements(plan, requirements, program.definition.timeZone);
    for (const claim of claimsOf(requirements, job)) {
      const key = `${claimKey(claim)} ${job.memberId}`;
      if (!claims.has(key)) claims.set(key, { ...claim, memberId: job.memberId });
    }
    return { ...job, requirements };
  });
  const byId = [...members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { jobs: planned, members: byId, claims: [...claims.values()] };
}

/** All of a member that a merge moves or sums up, but for what `load-merges` adds. */
function addMerging(plan: MemberPlan, { definition }: CompiledProgram, now: string): void {
  plan.openLots = true;
  plan.profile = true;
  plan.review = true;
  plan.pool = true;
  addTierLook(plan, Date.parse(now), definition.timeZone);
  if (plan.tiers !== null) plan.tiers.isWhole = true;
}

/** A quote is used by its order, and not by what only holds it for that order. */
export const usesUp = ({ command, quote }: Pick<Job, "command" | "quote">): UsedQuote | null =>
  command.kind === "place_order" ? quote : null;

function claimsOf({ claim }: Requirements, job: Job): Claim[] {
  const used = usesUp(job);
  return [...(claim === null ? [] : [claim]), ...(used === null ? [] : [used.claim])];
}
