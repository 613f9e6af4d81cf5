import type pg from "pg";
import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import type { CouponCoder } from "../coupons/code.ts";
import { auditOrigin } from "../db/audit-origin.ts";
import { inProgram } from "../db/transaction.ts";
import { coalesceReads } from "../event-loop/coalesce-reads.ts";
import type { MemberState } from "../members/member-state.ts";
import { MovedMember, PlanAnew } from "../members/plan-anew.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { WalletNumbers } from "../programs/decide-context.ts";
import type { ProgramTime } from "../programs/program-time.ts";
import { Batcher, type BatcherLimits } from "./batcher.ts";
import type { Answer, Command, Engine, ProgramContext, SubmitOptions } from "./commands.ts";
import type { JobAnswer } from "./decide-batch.ts";
import { selectOrderOwners } from "./load/replays.ts";
import { withoutAliases } from "./named-members.ts";
import { mayNameOthers, otherMembersOf } from "./other-members-of.ts";
import { PlacingOrders } from "./placing-orders.ts";
import type { Job, UsedQuote } from "./plan.ts";
import type { QuoteTokens } from "./quote-tokens.ts";
import { runBatch } from "./run-batch.ts";
import { type RuleSets, type Transacted, transact } from "./transact.ts";

/** Members as a commit left them, for the cache of balances. */
export type CommittedMembers = {
  programId: number;
  now: Date;
  members: readonly MemberState[];
  program: CompiledProgram;
  wallets: WalletNumbers;
};

export type EngineDeps = {
  /** Pipelined connections of the write path's own. */
  writePool: pg.Pool;
  readPool: pg.Pool;
  ruleSets: RuleSets;
  quoteTokens: QuoteTokens;
  couponCodes: (programId: number) => CouponCoder;
  time: Pick<ProgramTime, "within" | "clock">;
  limits: BatcherLimits;
  /** Called after each commit, before its answers are sent. Must not throw or wait. */
  committed(members: CommittedMembers): void;
  metrics: { batch(commands: number, seconds: number): void; queued(commands: number): void };
};

/** How often a command is planned because its household changes, or whom its ids stand for. */
const PLANS_MAX = 50;

/** The one write path: finds the member of a command, queues it and lets batches of commands run. */
export function createEngine(deps: EngineDeps): Engine {
  const { writePool, readPool, ruleSets, couponCodes, time, metrics } = deps;
  const placing = new PlacingOrders();
  const runDeps = {
    pool: writePool,
    askPool: readPool,
    ruleSets,
    couponCodes,
    time,
    committed(programId: number, { now, changed, program, wallets }: Pick<Transacted, "now" | "changed" | "program" | "wallets">) {
      if (changed.length > 0) deps.committed({ programId, now, members: changed, program, wallets });
    },
    measured: metrics.batch,
  };
  const batcher = new Batcher<Job, JobAnswer>((programId, items) => {
    metrics.queued(batcher.depth);
    return runBatch(runDeps, programId, items);
  }, deps.limits);

  const storedOwnerOf = coalesceReads<string>(
    async (programId, orderIds) => {
      const { rows } = await inProgram(readPool, programId, (tx) =>
        tx.query<{ order_id: string; member_id: string }>(selectOrderOwners(programId, orderIds)),
      );
      const owners = new Map(rows.map((row) => [row.order_id, row.member_id]));
      return new Map(orderIds.map((orderId) => [orderId, owners.get(orderId) ?? new LoyaltyError("order_not_found", { orderId })]));
    },
    // One connection is left to other reads, where there are more.
    { inFlightMax: Math.max(1, readPool.options.max - 1), batchMax: deps.limits.maxBatch, waitingMax: deps.limits.maxQueue },
  );

  /** The command's member: named by it, or found by its order. */
  async function memberOf({ programId }: ProgramContext, command: Command): Promise<string> {
    if (command.memberId !== undefined) return command.memberId;
    assert("orderId" in command, "a command names its member or an order");
    return placing.memberOf(programId, command.orderId) ?? storedOwnerOf(programId, command.orderId);
  }

  const quoteOf = async (program: ProgramContext, command: Command): Promise<UsedQuote | null> =>
    (command.kind === "place_order" || command.kind === "reserve_quote") && command.quoteToken !== undefined
      ? deps.quoteTokens.open(program, command.quoteToken, command.cart)
      : null;

  async function run(program: ProgramContext, job: Job, { dryRun, queued }: SubmitOptions): Promise<JobAnswer> {
    if (!dryRun) {
      const answer = batcher.submit(program.programId, [job.memberId, ...job.others], job, queued);
      metrics.queued(batcher.depth);
      return answer;
    }
    const { outcomes } = await transact(runDeps, program.programId, [job], true);
    const [outcome] = outcomes;
    if (outcome === undefined || "error" in outcome) throw outcome?.error;
    return outcome;
  }

  /** Plans a command anew for as long as its members change under it. That an id is an alias is found out so, and not asked before. */
  async function runPlanned(
    program: ProgramContext,
    asked: Pick<Job, "command" | "quote" | "origin">,
    options: SubmitOptions,
  ): Promise<JobAnswer> {
    const aliases = new Map<string, string>();
    // Nothing is asked of the database for a command that would not be queued.
    if (!options.dryRun) batcher.requireRoom();
    for (let attempt = 0; attempt < PLANS_MAX; attempt += 1) {
      const command = withoutAliases(asked.command, aliases);
      const memberId = await memberOf(program, command);
      const others = mayNameOthers(command) ? await otherMembersOf(deps, program, command) : [];
      try {
        return await run(program, { ...asked, command, memberId, others, aliases: new Map(aliases) }, options);
      } catch (error) {
        if (!(error instanceof PlanAnew)) throw error;
        if (error instanceof MovedMember) learn(aliases, error);
      }
    }
    throw new LoyaltyError("overloaded", { reason: "the command's members are being changed again and again" });
  }

  function learn(aliases: Map<string, string>, { memberId, standsFor }: MovedMember): void {
    if (standsFor === null) aliases.delete(memberId);
    else aliases.set(memberId, standsFor);
  }

  return {
    async submit<C extends Command>(program: ProgramContext, command: C, options: SubmitOptions = {}): Promise<Answer<C["kind"]>> {
      const origin = auditOrigin();
      const quote = await quoteOf(program, command);
      const isPlacing = command.kind === "place_order" && !options.dryRun;
      const forget = isPlacing ? placing.remember(program.programId, command.orderId, command.memberId) : undefined;
      try {
        return (await runPlanned(program, { command, quote, origin }, options)) as Answer<C["kind"]>;
      } finally {
        forget?.();
      }
    },
    drain: () => batcher.drain(),
  };
}
