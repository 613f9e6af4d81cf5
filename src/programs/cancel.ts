import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { insertProgramEvent } from "./program-events.ts";
import { lockProgram, type RuleSetHead, selectHead } from "./store.ts";

/**
 * Takes a scheduled version back before it comes into force; its number stays used. Cancelled again, nothing changes.
 * Errors: rule_set_not_found; rule_set_not_scheduled for one that is or was in force.
 */
export function cancelRuleSet(
  pool: pg.Pool,
  programId: number,
  { version, now, by }: { version: number; now: Date; by: string },
): Promise<RuleSetHead> {
  return inProgram(pool, programId, async (tx) => {
    await lockProgram(tx, programId);
    const head = await selectHead(tx, programId, version);
    if (head === undefined) throw new LoyaltyError("rule_set_not_found", { version });
    if (head.isCancelled) return head;
    if (head.effectiveAt === null || head.effectiveAt <= now) throw new LoyaltyError("rule_set_not_scheduled", { version });

    await tx.query("insert into rule_set_cancellations (program_id, version, cancelled_at, cancelled_by) values ($1, $2, $3, $4)", [
      programId,
      version,
      now,
      by,
    ]);
    const data = { version, effectiveAt: head.effectiveAt.toISOString(), cancelledBy: by };
    await insertProgramEvent(tx, programId, { type: "rule_set.cancelled", data, occurredAt: now });
    return { ...head, isCancelled: true };
  });
}
