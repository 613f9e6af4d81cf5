import type pg from "pg";
import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import type { CouponCoder } from "../coupons/code.ts";
import type { MemberState } from "../members/member-state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { WalletNumbers } from "../programs/decide-context.ts";
import type { ProgramTime } from "../programs/program-time.ts";
import type { DecidedBatch } from "./batch-rows.ts";
import { isConnectionLost } from "./database-errors.ts";
import { BatchDecision, type JobOutcome } from "./decide-batch.ts";
import { loadBatch } from "./load.ts";
import { loadBulkGrants } from "./load-bulk-grants.ts";
import { loadCounters } from "./load-counters.ts";
import { loadCoupons } from "./load-coupons.ts";
import { loadFormer } from "./load-former.ts";
import { loadMerges } from "./load-merges.ts";
import { type Job, planBatch } from "./plan.ts";
import { isCommitted, type Transaction } from "./transaction-outcome.ts";
import { auditStatements } from "./write/audits.ts";
import { bulkGrantStatements } from "./write/bulk-grants.ts";
import { claimStatements } from "./write/claims.ts";
import { counterStatements } from "./write/counters.ts";
import { couponStatements } from "./write/coupons.ts";
import { erasureStatements } from "./write/erasures.ts";
import { holdStatements } from "./write/holds.ts";
import { ledgerStatements } from "./write/ledger.ts";
import { memberStatements } from "./write/members.ts";
import { mergeStatements } from "./write/merges.ts";
import { orderStatements } from "./write/orders.ts";
import { paymentStatements } from "./write/payments.ts";
import { poolStatements } from "./write/pools.ts";
import { redemptionStatements } from "./write/redemptions.ts";
import { reservationStatements } from "./write/reservations.ts";
import { segmentStatements } from "./write/segments.ts";
import { tierStatements } from "./write/tiers.ts";

/** Compiled rule sets and wallet numbers of programs. */
export type RuleSets = {
  current(programId: number): Promise<CompiledProgram>;
  at(programId: number, version: number): Promise<CompiledProgram>;
  /** Another version than the known one is in force. */
  changed(programId: number): void;
  walletNumbers(programId: number): Promise<WalletNumbers>;
};

/** `askPool`, for the outcome of a lost commit, is not `pool`: all of that one's connections may have been lost and wait for the answer. */
export type TransactDeps = {
  pool: pg.Pool;
  askPool: pg.Pool;
  ruleSets: RuleSets;
  couponCodes: (programId: number) => CouponCoder;
  time: Pick<ProgramTime, "within" | "clock">;
};

/** `now` is the time at which the batch was decided. */
export type Transacted = { now: Date; outcomes: JobOutcome[]; program: CompiledProgram; wallets: WalletNumbers; changed: MemberState[] };

/** How often a batch begins again because another rule set came into force while it began. */
const PUBLICATIONS_MAX = 5;

/**
 * One batch, one transaction, two round trips: begin, claim, lock and load; decide; write and commit.
 * With `dryRun` everything but the commit. Rejects with the database's error when nothing took effect.
 */
export function transact(deps: TransactDeps, programId: number, jobs: readonly Job[], dryRun: boolean): Promise<Transacted> {
  return deps.time.within(programId, () => transactNow(deps, programId, jobs, dryRun));
}

async function transactNow(deps: TransactDeps, programId: number, jobs: readonly Job[], dryRun: boolean): Promise<Transacted> {
  let program = await deps.ruleSets.current(programId);
  for (let attempt = 0; attempt < PUBLICATIONS_MAX; attempt += 1) {
    const done = await attemptBatch(deps, programId, jobs, { program, dryRun });
    if (typeof done !== "number") return done;
    deps.ruleSets.changed(programId);
    program = await deps.ruleSets.at(programId, done);
  }
  throw new LoyaltyError("overloaded", { reason: "the rule set is being published again and again" });
}

/** Answers the version in force when it is another than the one that the batch was planned for. */
async function attemptBatch(
  deps: TransactDeps,
  programId: number,
  jobs: readonly Job[],
  { program, dryRun }: { program: CompiledProgram; dryRun: boolean },
): Promise<Transacted | number> {
  const now = deps.time.clock();
  const wallets = await deps.ruleSets.walletNumbers(programId);
  const plan = planBatch(jobs, program, now.toISOString());
  const client = await deps.pool.connect();
  let broken: Error | undefined;
  try {
    const loaded = await loadBatch(client, programId, plan, program, now.getTime());
    // The first one was cancelled just now.
    if (loaded.version === null) throw new LoyaltyError("program_not_found");
    if (loaded.version !== program.version) {
      await client.query("rollback");
      return loaded.version;
    }
    const [former, counters] = await Promise.all([
      loadFormer(client, programId, plan, loaded),
      // The codes of carts first: they have counters too, and all of a batch's are locked by one statement.
      loadCoupons(client, programId, { jobs: plan.jobs, members: loaded.members }).then(() =>
        loadCounters(client, programId, { jobs: plan.jobs, members: loaded.members, program }, { now: now.getTime(), lock: !dryRun }),
      ),
      loadMerges(client, programId, { jobs: plan.jobs, members: loaded.members }),
      loadBulkGrants(client, programId, { jobs: plan.jobs, members: loaded.members }),
    ]);
    const decision = new BatchDecision(programId, plan, { ...loaded, counters }, former, {
      program,
      wallets,
      now: now.getTime(),
      couponCode: deps.couponCodes(programId),
    });
    const outcomes = decision.run();
    const changed = [...decision.batch.touched.values()].map(({ state }) => state);
    // Nothing accepted: the claims and places that were made go with the transaction.
    if (dryRun || changed.length === 0) await client.query("rollback");
    else await commit(deps.askPool, client, decision.batch, loaded.transaction);
    return { now, outcomes, program, wallets, changed: dryRun ? [] : changed };
  } catch (error) {
    broken = await rollBack(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Writes and commits. Where the connection is lost on the way, another one asks whether the commit took effect. */
async function commit(askPool: pg.Pool, client: pg.ClientBase, batch: DecidedBatch, transaction: Transaction): Promise<void> {
  try {
    const statements = [
      ...claimStatements(batch),
      ...memberStatements(batch),
      ...tierStatements(batch),
      ...segmentStatements(batch),
      ...poolStatements(batch),
      ...orderStatements(batch),
      ...paymentStatements(batch),
      ...ledgerStatements(batch),
      ...redemptionStatements(batch),
      ...holdStatements(batch),
      ...counterStatements(batch),
      ...reservationStatements(batch),
      ...couponStatements(batch),
      ...mergeStatements(batch),
      ...bulkGrantStatements(batch),
      ...auditStatements(batch),
      ...erasureStatements(batch),
    ];
    const [committed] = (await Promise.all([...statements.map((statement) => client.query(statement)), client.query("commit")])).slice(-1);
    assert(committed?.command === "COMMIT", "a transaction without a failed statement commits");
  } catch (error) {
    if (!isConnectionLost(error) || !(await isCommitted(askPool, transaction))) throw error;
  }
}

/** The reason why the connection cannot be used again, if so. */
async function rollBack(client: pg.ClientBase): Promise<Error | undefined> {
  try {
    await client.query("rollback");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
