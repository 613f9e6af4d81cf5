import type pg from "pg";
import { auditOrigin } from "./audit-origin.ts";
import { transactionLimits } from "./session-limits.ts";

/** Named, as what is sent with it in one turn: it is then one query of the driver with them, and answered with them. */
export const BEGIN: pg.QueryConfig = { name: "begin", text: "begin" };
/** Of a transaction whose statements all see what was committed before the first. */
export const BEGIN_SNAPSHOT: pg.QueryConfig = { name: "begin_snapshot", text: "begin isolation level repeatable read read only" };

/**
 * The first statement of each transaction: steps down to the serving role and names the program, for this transaction only.
 * `loyalty_service` sees no row of any other program, and none at all where no program is named. Where the request is one that is
 * audited, the triggers on what it changes are told whose it is.
 */
export function enterProgram(client: pg.ClientBase, programId: number): pg.QueryConfig {
  const limits = transactionLimits(client, 3);
  return {
    name: `enter_program${limits.name}`,
    text: `select set_config('role', 'loyalty_service', true), set_config('loyalty.program', $1, true), set_config('loyalty.audit', $2, true)${limits.settings}`,
    values: [String(programId), JSON.stringify(auditOrigin() ?? undefined) ?? "", ...limits.values],
  };
}

/**
 * The same for statements on hot tables: plans are made once and look up rows by index, whatever the statistics say. A
 * table that was empty a minute ago looks cheap to scan, and one such plan made a batch 200 times slower
 * (docs/adr/0004-fixed-plans.md).
 */
export function enterHotPath(client: pg.ClientBase, programId: number): pg.QueryConfig {
  const limits = transactionLimits(client, 2);
  return {
    name: `enter_hot_path${limits.name}`,
    text: `select set_config('role', 'loyalty_service', true), set_config('loyalty.program', $1, true), set_config('enable_seqscan', 'off', true),
                  set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true)${limits.settings}`,
    values: [String(programId), ...limits.values],
  };
}

type Work<T> = (tx: pg.PoolClient) => Promise<T>;

/** One round trip for entering and the first statement of `work`, which fails like all others where entering does. */
async function enterAndWork<T>(client: pg.PoolClient, entering: readonly pg.QueryConfig[], work: Work<T>): Promise<T> {
  const entered = Promise.all(entering.map((statement) => client.query(statement)));
  const [, worked] = await Promise.allSettled([entered, work(client)]);
  // What entering was refused with is why the work failed.
  await entered;
  if (worked.status === "rejected") throw worked.reason;
  return worked.value;
}

async function inTransaction<T>(pool: pg.Pool, programId: number, begin: pg.QueryConfig, work: Work<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const result = await enterAndWork(client, [begin, enterProgram(client, programId)], work);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Runs `work` in one transaction that sees one program. Rolls back and rethrows when it throws. */
export const inProgram = <T>(pool: pg.Pool, programId: number, work: Work<T>): Promise<T> => inTransaction(pool, programId, BEGIN, work);

/** The same for reads whose statements must agree: all of them see what was committed before the first. */
export const inSnapshot = <T>(pool: pg.Pool, programId: number, work: Work<T>): Promise<T> =>
  inTransaction(pool, programId, BEGIN_SNAPSHOT, work);

/** Ends a transaction that has only read, and gives the connection back: nobody waits for it. */
export function endReading(client: pg.PoolClient): void {
  client.query("rollback").then(
    () => client.release(),
    (error: Error) => client.release(error),
  );
}

/** No program: only the security-definer lookups answer. */
export const NO_PROGRAM = 0;
