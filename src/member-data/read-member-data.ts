import type pg from "pg";
import { enterProgram } from "../db/transaction.ts";
import { recordsOf, type StoredRecord } from "./store.ts";

/**
 * All records of a member as they are at one moment, a page at a time. Keeps a connection until it is read to its end or given up;
 * a reader who takes nothing for half a minute loses it, as every transaction that stands idle does.
 */
export async function* readMemberData(pool: pg.Pool, programId: number, memberKey: number): AsyncGenerator<StoredRecord[]> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query(enterProgram(client, programId));
    yield* recordsOf(client, programId, memberKey);
  } finally {
    await client.query("rollback").catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
