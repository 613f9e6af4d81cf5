import type { AdjustmentProposalView } from "../adjustments/commands.ts";
import { proposalNotPending } from "../adjustments/decide-adjustment.ts";
import { CommandAudit } from "../audit/command-audit.ts";
import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { HoldView } from "../holds/commands.ts";
import { holdNotOpen } from "../holds/decide-resolve-hold.ts";
import type { CounterStates } from "../members/counter-book.ts";
import { MemberDraft } from "../members/member-draft.ts";
import type { MemberState } from "../members/member-state.ts";
import { memberView, type StoredEnrolment } from "../members/member-view.ts";
import { OtherMembers } from "../members/other-members.ts";
import { MovedMember, PlanAnew } from "../members/plan-anew.ts";
import { cartFacts } from "../orders/cart-facts.ts";
import { ChangedPool } from "../pools/changed-pool.ts";
import { matesOf } from "../pools/pool.ts";
import { purseOf } from "../pools/purse.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { ReversalView } from "../reversals/commands.ts";
import { alreadyReversed } from "../reversals/decide-reverse-entry.ts";
import type { RuleTrace } from "../rules/decision.ts";
import { acceptDraft, type DecidedBatch, emptyBatch } from "./batch-rows.ts";
import type { Command, CommandAnswers } from "./commands.ts";
import { decide } from "./decide.ts";
import type { Former } from "./load/replays.ts";
import type { LoadedBatch } from "./load.ts";
import { mayNameAliases } from "./named-members.ts";
import { type BatchPlan, claimKey, type PlannedJob, type UsedQuote, usesUp } from "./plan.ts";

export type JobAnswer = { result: CommandAnswers[Command["kind"]]; replayed: boolean; explain?: () => RuleTrace[] };

/** A refusal, or a defect that concerns one command only. */
export type JobOutcome = JobAnswer | { error: unknown };

/** What was recorded before this batch, for the ids that it could not claim. */
export type FormerUses = { claims: Map<string, Former>; enrolments: Map<string, StoredEnrolment>; orderOwners: Map<string, string> };

/** A batch under all of its locks. */
export type BatchState = LoadedBatch & { counters: CounterStates };

const sameMembers = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((id) => others.includes(id));

/** Beside ids of pools, which have no space. */
const memberOfPool = (memberId: string): string => `member ${memberId}`;

/** Of commands that name one member only, which nearly all do. */
const NOBODY = new OtherMembers(new Map());

/** Decides a batch command by command, each on what the former ones of its member left. Pure but for the states it changes. */
export class BatchDecision {
  readonly batch: DecidedBatch;
  readonly #plan: BatchPlan;
  readonly #loaded: BatchState;
  readonly #former: FormerUses;
  readonly #context: CommandContext;
  /** Ids that accepted commands of this batch have taken. */
  readonly #taken = new Map<string, Former>();

  /** Pools, and members of pools, that accepted commands of this batch have changed. */
  readonly #changedPools = new Set<string>();
  /** Members whom an accepted merge of this batch, or the undoing of one, has changed: their rows have other keys than were loaded. */
  readonly #merged = new Set<string>();

  constructor(programId: number, plan: BatchPlan, loaded: BatchState, former: FormerUses, context: CommandContext) {
    this.batch = emptyBatch(programId, context.program.version, loaded.counters);
    this.#plan = plan;
    this.#loaded = loaded;
    this.#former = former;
    this.#context = context;
  }

  run(): JobOutcome[] {
    const outcomes = this.#plan.jobs.map((job) => {
      try {
        this.#requireSameMembers(job);
        this.#requireOwnOrder(job);
        return this.#replay(job) ?? this.#decide(job);
      } catch (error) {
        return { error };
      }
    });
    this.#settleClaims();
    return outcomes;
  }

  /** The first answer again when the id was used before with the same body. Errors: id_reused. */
  #replay({ command, memberId, requirements: { claim } }: PlannedJob): JobAnswer | undefined {
    if (command.kind === "enrol_member") {
      const enrolled = this.#former.enrolments.get(memberId);
      if (enrolled === undefined || this.#loaded.members.get(memberId)?.enrolHash !== command.hash) return undefined;
      const profile = { ...this.#loaded.members.get(memberId)?.profile, ...command.profile };
      return { result: memberView(enrolled, profile), replayed: true };
    }
    if (claim === null) return undefined;
    const key = claimKey(claim);
    const former = this.#taken.get(key) ?? (this.#loaded.ownClaims.has(key) ? undefined : this.#former.claims.get(key));
    if (former === undefined) return undefined;
    if (former.hash !== claim.hash) {
      if (claim.kind === "hold_resolution") throw holdNotOpen(former.answer as HoldView);
      if (claim.kind === "adjustment_decision") throw proposalNotPending(former.answer as AdjustmentProposalView);
      if (claim.kind === "reversal") throw alreadyReversed(former.answer as ReversalView);
      throw claim.kind === "idempotency_key" ? new LoyaltyError("idempotency_key_reused") : new LoyaltyError("id_reused", { id: claim.id });
    }
    return { result: former.answer as JobAnswer["result"], replayed: true };
  }

  #decide(job: PlannedJob): JobAnswer {
    const { command, memberId, quote, requirements, origin } = job;
    const state = this.#loaded.members.get(memberId);
    if (state === undefined) throw new LoyaltyError("member_not_found", { memberId });
    const used = usesUp(job);
    if (used !== null) this.#requireGoodQuote(used);
    const { claim } = requirements;
    assert(claim === null || this.#loaded.ownClaims.has(claimKey(claim)), "what is decided has claimed its id");

    const others = this.#othersOf(job);
    if (requirements.pool) this.#requireSamePools(job, state, others);
    const draft = new MemberDraft(state, this.#loaded.counters);
    if (requirements.drawsOnPool && state.pool !== null && job.others.length > 0) {
      draft.purse = purseOf(state.pool.id, others, this.#context.now);
    }
    const audit = origin === null ? null : new CommandAudit(origin, [state, ...others.states()], this.#context.wallets);
    const result = decide(draft, command, this.#context, { terms: quote?.terms, others });
    acceptDraft(this.batch, state, draft);
    for (const [other, itsDraft] of others.drafts()) acceptDraft(this.batch, other, itsDraft);
    if (audit !== null) this.batch.audits.push(...audit.rows(claim));
    if (requirements.mergeId !== null) for (const id of [memberId, ...job.others]) this.#merged.add(id);
    for (const { poolId } of draft.rows.poolChanges) this.#changedPools.add(poolId).add(memberOfPool(memberId));
    // A second equal enrolment in this very batch is a replay too.
    for (const { kind, answer } of draft.rows.commands) {
      if (kind === REQUEST_KINDS.enrolment) this.#former.enrolments.set(memberId, answer as StoredEnrolment);
    }
    if (claim !== null) this.#taken.set(claimKey(claim), { memberId, hash: claim.hash, answer: result });
    if (used !== null) this.#taken.set(claimKey(used.claim), { memberId, hash: used.claim.hash, answer: null });
    const explain = this.#explanationOf(job, draft);
    return { result, replayed: false, ...(explain !== null && { explain }) };
  }

  #othersOf({ others }: PlannedJob): OtherMembers {
    if (others.length === 0) return NOBODY;
    const { members } = this.#loaded;
    return new OtherMembers(
      new Map(
        others.flatMap((id) => {
          const state = members.get(id);
          return state === undefined ? [] : [[id, state] as const];
        }),
      ),
    );
  }

  /**
   * Whom an id stands for is known before the lock only where it was found out under a former one, so it is looked at here: where it
   * has changed, the command is planned anew.
   */
  #requireSameMembers({ command, memberId, others, aliases }: PlannedJob): void {
    const { members } = this.#loaded;
    const standsFor = (id: string) => members.get(id)?.aliasOf?.id ?? null;
    for (const [id, member] of aliases) if (standsFor(id) !== member) throw new MovedMember(id, standsFor(id));
    const named = [memberId, ...others];
    if (named.some((id) => this.#merged.has(id))) throw new PlanAnew();
    if (!mayNameAliases(command)) return;
    for (const id of named) if (standsFor(id) !== null) throw new MovedMember(id, standsFor(id));
  }

  /**
   * The members of a pool are known before they are locked, so they are looked at again: where they have changed, in the database
   * or within this batch, the command is planned anew.
   */
  #requireSamePools({ memberId, others: ids, requirements }: PlannedJob, state: MemberState, others: OtherMembers): void {
    const pools = [state, ...others.states()].flatMap(({ pool }) => (pool === null ? [] : [pool.id]));
    const touched = [...pools, memberOfPool(memberId)].some((id) => this.#changedPools.has(id));
    const isSame = !requirements.drawsOnPool || sameMembers(matesOf(state.pool, memberId), ids);
    if (touched || !isSame) throw new ChangedPool();
  }

  /** Made when it is asked for: it names each rule there is. */
  #explanationOf({ command, quote }: PlannedJob, draft: MemberDraft): (() => RuleTrace[]) | null {
    if (command.kind === "place_order") {
      const order = draft.orders.get(command.orderId);
      const deciding = quote?.terms.program ?? this.#context.program;
      return order === undefined ? null : () => deciding.explainOrder(order.decision, cartFacts(order.cart));
    }
    const [event] = draft.rows.memberEvents;
    return event === undefined ? null : () => event.decision.trace;
  }

  /** Looked at here and not where the token is read: an order that is sent again after its quote has ended is a replay. */
  #requireGoodQuote({ claim, terms: { expiresAt } }: UsedQuote): void {
    const key = claimKey(claim);
    if (!this.#loaded.ownClaims.has(key) || this.#taken.has(key)) throw new LoyaltyError("quote_already_used");
    if (expiresAt <= this.#context.now) throw new LoyaltyError("quote_expired", { expiredAt: isoText(expiresAt) });
  }

  /** Before a replay too: whoever names the wrong member is told so, also for what was done long ago. */
  #requireOwnOrder({ command, memberId, requirements: { orderId } }: PlannedJob): void {
    const owner = orderId === null ? undefined : this.#former.orderOwners.get(orderId);
    if (owner === undefined || owner === memberId) return;
    // Found by the order, which has another owner since: it went back with the undoing of a merge.
    if (command.memberId === undefined) throw new PlanAnew();
    throw new LoyaltyError("order_member_mismatch", { orderId: orderId ?? "", memberId });
  }

  /** Which claims and places nobody needs, and which stand for another command than they were made for. */
  #settleClaims(): void {
    const { batch } = this;
    for (const claim of this.#plan.claims) {
      const key = claimKey(claim);
      if (!this.#loaded.ownClaims.has(key)) continue;
      const taken = this.#taken.get(key);
      const memberKey = taken === undefined ? undefined : this.#loaded.members.get(taken.memberId)?.key;
      if (taken === undefined || memberKey === undefined) batch.unusedClaims.push(claim);
      else if (taken.hash !== claim.hash || taken.memberId !== claim.memberId) {
        batch.correctedClaims.push({ kind: claim.kind, id: claim.id, hash: taken.hash, memberKey });
      }
    }
    for (const state of this.#loaded.members.values()) if (state.status === "placeholder") batch.unusedPlaces.push(state);
  }
}
