import { inProgram } from "../../src/db/transaction.ts";
import { ACCOUNTS, ENTRY_KINDS, SOURCE_KINDS } from "../../src/ledger/accounts.ts";
import type { LedgerCheck } from "./check-ledger.ts";
import type { ModelMovement } from "./ledger-model.ts";

const { available, adjusted, redeemed } = ACCOUNTS;

/** What the entry of a movement looks like in the journal. */
const FOUND_BY: Record<ModelMovement["what"], { kind: number; source: number; to: number }> = {
  gift: { kind: ENTRY_KINDS.adjustment, source: SOURCE_KINDS.adjustment, to: available },
  taken: { kind: ENTRY_KINDS.adjustment, source: SOURCE_KINDS.adjustment, to: adjusted },
  captured: { kind: ENTRY_KINDS.capture, source: SOURCE_KINDS.hold, to: redeemed },
};

/** Finds the number of the entry that a movement of the model is. */
export const createSeqOf =
  ({ pool, programId }: LedgerCheck) =>
  async ({ key, id, what }: ModelMovement): Promise<number> => {
    const { kind, source, to } = FOUND_BY[what];
    const { rows } = await inProgram(pool, programId, (tx) =>
      tx.query<{ seq: number }>({
        name: "model_seq_of",
        text: `select e.seq from entries e join members m using (program_id, member_key)
                where program_id = $1 and m.id = $2 and e.kind = $3 and e.source_kind = $4 and e.source_id = $5 and e.to_account = $6
                  and e.from_account <> ${ACCOUNTS.debt}`,
        values: [programId, key, kind, source, id, to],
      }),
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`the engine has no entry of ${what} ${id} of ${key}`);
    return row.seq;
  };
