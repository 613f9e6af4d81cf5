import type pg from "pg";
import { inProgram } from "../db/transaction.ts";
import { selectUsed } from "../engine/load/counters.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import { type Campaign, countersOf, type RuleAtMoment, withBudgets } from "./campaign.ts";

/** Campaigns with what is used of their budgets now. No query where none has a budget. */
export async function readBudgets(
  pool: pg.Pool,
  { programId, definition, now }: { programId: number; definition: ProgramDefinition; now: Date },
  found: readonly RuleAtMoment[],
): Promise<Campaign[]> {
  const counters = countersOf(
    definition,
    found.map(({ rule }) => rule),
    now,
  );
  const used = await inProgram(pool, programId, (tx) => selectUsed(tx, programId, counters));
  return found.map((campaign) => withBudgets(campaign, definition, now, used));
}
