import type pg from "pg";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";

/** Every program with a rule set in force at an instant. */
export async function programsInForce(pool: pg.Pool, at: Date): Promise<ProgramContext[]> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<{ program_id: number; id: string }>("select program_id, id from loyalty_list_programs($1) where version is not null", [at]),
  );
  return rows.map(({ program_id, id }) => ({ programId: program_id, id }));
}
