import type pg from "pg";

/**
 * The first statement of each transaction: steps down to the serving role and names the program, for this transaction only.
 * `loyalty_service` sees no row of any other program, and none at all where no program is named.
 */
export const enterProgram = (programId: number): pg.QueryConfig => ({
  name: "enter_program",
  text: "select set_config('role', 'loyalty_service', true), set_config('loyalty.program', $1, true)",
  values: [String(programId)],
});

/** Runs `work` in one transaction that sees one program. Rolls back and rethrows when it throws. */
export async function inProgram<T>(pool: pg.Pool, programId: number, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    await client.query(enterProgram(programId));
    const result = await work(client);
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

/** No program: only the security-definer lookups answer. */
export const NO_PROGRAM = 0;
