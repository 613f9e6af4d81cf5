import type pg from "pg";
import type { ProgramEventData, ProgramEventType } from "../events/catalogue.ts";

export type ProgramEvent<T extends ProgramEventType> = { type: T; data: ProgramEventData<T>; occurredAt: Date };

/**
 * Writes an event of the program itself into the outbox: under member key 0, which no member has, with a number of the
 * program's own. Locks the program's row until the transaction ends.
 */
export async function insertProgramEvent<T extends ProgramEventType>(
  tx: pg.ClientBase,
  programId: number,
  { type, data, occurredAt }: ProgramEvent<T>,
): Promise<void> {
  await tx.query({
    name: "insert_program_event",
    text: `with numbered as (update programs set event_seq = event_seq + 1 where program_id = $1 returning event_seq),
           own as (insert into event_batches (program_id, events) select $1, 1 from numbered returning batch)
           insert into events (program_id, batch, member_key, version, n, type, occurred_at, data)
           select $1, own.batch, 0, event_seq, 0, $2, $3, $4 from numbered, own`,
    values: [programId, type, occurredAt, JSON.stringify(data)],
  });
}
