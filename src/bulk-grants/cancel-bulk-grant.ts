import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import type { BulkGrantView } from "./bulk-grant.ts";
import { bulkGrantView } from "./bulk-grant-view.ts";
import { endBulkGrant, findBulkGrant, lockBulkGrant } from "./store.ts";

/**
 * Stops a bulk grant: waits for what is on its way, and from then on nobody gets anything of it. Who got it keeps it.
 * Errors: bulk_grant_not_found, bulk_grant_over where it was done before.
 */
export function cancelBulkGrant({ pool, now }: ReadDeps, { programId }: ProgramContext, grantId: string) {
  return inProgram(pool, programId, async (tx): Promise<{ grant: BulkGrantView; replayed: boolean }> => {
    const { status } = await lockBulkGrant(tx, programId, grantId);
    if (status === "done") throw new LoyaltyError("bulk_grant_over", { bulkGrantId: grantId });
    if (status === "running") await endBulkGrant(tx, programId, { grantId, status: "cancelled", at: now() });
    return { grant: bulkGrantView(await findBulkGrant(tx, programId, grantId)), replayed: status === "cancelled" };
  });
}
