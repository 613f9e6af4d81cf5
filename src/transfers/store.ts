import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { TransferView } from "./commands.ts";

/**
 * A transfer as it was answered.
 * Errors: transfer_not_found.
 */
export async function findTransfer(tx: pg.ClientBase, programId: number, transferId: string): Promise<TransferView> {
  const { rows } = await tx.query<{ answer: TransferView }>({
    name: "find_transfer",
    text: `select c.answer
             from directory d
             join commands c on c.program_id = d.program_id and c.member_key = d.member_key and c.kind = d.kind and c.id = d.id
            where d.program_id = $1 and d.kind = $2 and d.id = $3`,
    values: [programId, REQUEST_KINDS.transfer, transferId],
  });
  const [transfer] = rows;
  if (transfer === undefined) throw new LoyaltyError("transfer_not_found", { transferId });
  return transfer.answer;
}
