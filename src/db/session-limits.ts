import type pg from "pg";

/** What each connection of the service is held to. */
export type SessionLimits = { statementTimeoutMs: number; lockTimeoutMs: number };

const IDLE_IN_TRANSACTION_MS = 30_000;

/** Limits as a connection asks for them when it begins. */
export const beginningWith = ({ statementTimeoutMs, lockTimeoutMs }: SessionLimits) => ({
  statement_timeout: statementTimeoutMs,
  lock_timeout: lockTimeoutMs,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
});

const limitedByTransaction = new WeakMap<pg.ClientBase, SessionLimits>();

/** The limits are given to each transaction of this connection anew: something stands before Postgres that does not pass them on. */
export function limitEachTransaction(client: pg.ClientBase, limits: SessionLimits): void {
  limitedByTransaction.set(client, limits);
}

/** What goes with the first statement of a transaction: settings that hold until it ends, and their values from `$n` on. */
export function transactionLimits(client: pg.ClientBase, n: number): { name: string; settings: string; values: string[] } {
  const limits = limitedByTransaction.get(client);
  if (limits === undefined) return { name: "", settings: "", values: [] };
  const given = Object.entries(beginningWith(limits));
  return {
    name: "_with_limits",
    settings: given.map(([setting], index) => `, set_config('${setting}', $${n + index}, true)`).join(""),
    values: given.map(([, milliseconds]) => String(milliseconds)),
  };
}

/** Whether a connection that began with these limits has kept them. One to a pgbouncer has not. */
export async function keepsLimits(client: pg.ClientBase, limits: SessionLimits): Promise<boolean> {
  const asked = beginningWith(limits);
  const { rows } = await client.query<{ name: string; milliseconds: number }>(
    "select name, setting::int as milliseconds from pg_settings where name = any($1)",
    [Object.keys(asked)],
  );
  const kept = new Map(rows.map(({ name, milliseconds }) => [name, milliseconds]));
  return Object.entries(asked).every(([name, milliseconds]) => kept.get(name) === milliseconds);
}
