import type pg from "pg";
import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { MemberState } from "../members/member-state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { WalletNumbers } from "../programs/decide-context.ts";
import { Batcher, type BatcherLimits } from "./batcher.ts";
import type { Answer, Command, Engine, ProgramContext, SubmitOptions } from "./commands.ts";
import type { JobAnswer } from "./decide-batch.ts";
import { selectOrderOwners } from "./load/replays.ts";
import type { Job } from "./plan.ts";
import type { QuoteTokens } from "./quote-tokens.ts";
import { runBatch } from "./run-batch.ts";
import { type RuleSets, transact } from "./transact.ts";

/** Members as a commit left them, for the cache of balances. */
export type CommittedMembers = { programId: number; members: readonly MemberState[]; program: CompiledProgram; wallets: WalletNumbers };

export type EngineDeps = {
  /** Pipelined connections of the write path's own. */
  writePool: pg.Pool;
  readPool: pg.Pool;
  ruleSets: RuleSets;
  quoteTokens: QuoteTokens;
  now: () => Date;
  limits: BatcherLimits;
  /** Called after each commit, before its answers are sent. Must not throw or wait. */
  committed(members: CommittedMembers): void;
  metrics: { batch(commands: number, seconds: number): void; queued(commands: number): void };
};

/** The one write path: finds the member of a command, queues it and lets batches of commands run. */
export function createEngine(deps: EngineDeps): Engine {
  const { writePool, readPool, ruleSets, now, metrics } = deps;
  const placing = new PlacingOrders();
  const runDeps = {
    pool: writePool,
    askPool: readPool,
    ruleSets,
    now,
    committed(
      programId: number,
      { changed, program, wallets }: { changed: MemberState[]; program: CompiledProgram; wallets: WalletNumbers },
    ) {
      if (changed.length > 0) deps.committed({ programId, members: changed, program, wallets });
    },
    measured(commands: number, seconds: number) {
      metrics.batch(commands, seconds);
      metrics.queued(batcher.depth);
    },
  };
  const batcher = new Batcher<Job, JobAnswer>((programId, items) => runBatch(runDeps, programId, items), deps.limits);

  async function storedOwnerOf({ programId }: ProgramContext, orderId: string): Promise<string> {
    const rows = await inProgram(
      readPool,
      programId,
      async (tx) => (await tx.query<{ member_id: string }>(selectOrderOwners(programId, [orderId]))).rows,
    );
    const [owner] = rows;
    if (owner === undefined) throw new LoyaltyError("order_not_found", { orderId });
    return owner.member_id;
  }

  const ownerOf = (program: ProgramContext, orderId: string): string | Promise<string> =>
    placing.memberOf(program.programId, orderId) ?? storedOwnerOf(program, orderId);

  async function run(program: ProgramContext, job: Job, { dryRun, queued }: SubmitOptions): Promise<JobAnswer> {
    if (!dryRun) {
      const answer = batcher.submit(program.programId, job.memberId, job, queued);
      metrics.queued(batcher.depth);
      return answer;
    }
    const { outcomes } = await transact(runDeps, program.programId, [job], true);
    const [outcome] = outcomes;
    if (outcome === undefined || "error" in outcome) throw outcome?.error;
    return outcome;
  }

  return {
    async submit<C extends Command>(program: ProgramContext, command: C, options: SubmitOptions = {}): Promise<Answer<C["kind"]>> {
      const owner = command.memberId ?? ("orderId" in command ? ownerOf(program, command.orderId) : undefined);
      assert(owner !== undefined, "a command names its member or an order");
      // Not awaited where it is known: the command is queued before this function first waits.
      const memberId = typeof owner === "string" ? owner : await owner;
      const token = command.kind === "place_order" ? command.quoteToken : undefined;
      const quote =
        token === undefined || command.kind !== "place_order" ? null : await deps.quoteTokens.open(program, token, command.cart);
      const forget =
        command.kind === "place_order" && !options.dryRun ? placing.remember(program.programId, command.orderId, memberId) : undefined;
      try {
        return (await run(program, { command, memberId, quote }, options)) as Answer<C["kind"]>;
      } finally {
        forget?.();
      }
    },
    drain: () => batcher.drain(),
  };
}

/** Orders that are queued or in a flying batch: a return that comes right behind its order finds the member here. */
class PlacingOrders {
  readonly #members = new Map<string, { memberId: string; count: number }>();

  memberOf(programId: number, orderId: string): string | undefined {
    return this.#members.get(`${programId} ${orderId}`)?.memberId;
  }

  /** Answers what forgets it again. */
  remember(programId: number, orderId: string, memberId: string): () => void {
    const key = `${programId} ${orderId}`;
    const placing = this.#members.get(key) ?? { memberId, count: 0 };
    placing.count += 1;
    this.#members.set(key, placing);
    return () => {
      placing.count -= 1;
      if (placing.count === 0) this.#members.delete(key);
    };
  }
}
