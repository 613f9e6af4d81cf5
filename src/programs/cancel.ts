import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { insertProgramEvent } from "./program-events.ts";
import { type RuleSetHead, selectHead } from "./store.ts";
import { programs, ruleSetCancellations } from "./tables.ts";

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
    const db = drizzle({ client: tx });
    await db.select({ id: programs.id }).from(programs).where(eq(programs.programId, programId)).for("update");
    const head = await selectHead(tx, programId, version);
    if (head === undefined) throw new LoyaltyError("rule_set_not_found", { version });
    if (head.isCancelled) return head;
    if (head.effectiveAt === null || head.effectiveAt <= now) throw new LoyaltyError("rule_set_not_scheduled", { version });

    await db.insert(ruleSetCancellations).values({ programId, version, cancelledAt: now, cancelledBy: by });
    const data = { version, effectiveAt: head.effectiveAt.toISOString(), cancelledBy: by };
    await insertProgramEvent(tx, programId, { type: "rule_set.cancelled", data, occurredAt: now });
    return { ...head, isCancelled: true };
  });
}
