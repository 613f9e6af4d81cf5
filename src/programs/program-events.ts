import type pg from "pg";

export type ProgramEvent = { type: string; data: Record<string, unknown>; occurredAt: Date };

/**
 * Writes an event of the program itself into the outbox: under member key 0, which no member has, with a number of the
 * program's own. Locks the program's row until the transaction ends.
 */
export async function insertProgramEvent(tx: pg.ClientBase, programId: number, { type, data, occurredAt }: ProgramEvent): Promise<void> {
  await tx.query({
    name: "insert_program_event",
    text: `with numbered as (update programs set event_seq = event_seq + 1 where program_id = $1 returning event_seq)
           insert into events (program_id, member_key, version, n, type, occurred_at, data)
           select $1, 0, event_seq, 0, $2, $3, $4 from numbered`,
    values: [programId, type, occurredAt, JSON.stringify(data)],
  });
}
