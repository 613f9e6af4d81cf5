import { and, asc, desc, eq, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";
import { programs, ruleSets, wallets } from "./tables.ts";

export type RuleSetRow = typeof ruleSets.$inferSelect;
export type RuleSetHead = Omit<RuleSetRow, "definition" | "programId">;
export type WalletRow = { wallet: number; id: string };

/** The internal key of the program with this id. */
export async function findProgram(pool: pg.Pool, id: string): Promise<number | undefined> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<{ program_id: number | null }>({ name: "find_program", text: "select loyalty_find_program($1) as program_id", values: [id] }),
  );
  return rows[0]?.program_id ?? undefined;
}

export type ProgramRow = { id: string; version: number | null; createdAt: Date };

/** In order of their ids, from after `after` on. */
export async function listPrograms(pool: pg.Pool, page: { after?: string | undefined; limit: number }): Promise<ProgramRow[]> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<ProgramRow>({
      text: `select id, version, created_at as "createdAt" from loyalty_list_programs()
              where $1::text is null or id > $1 order by id limit $2`,
      values: [page.after ?? null, page.limit],
    }),
  );
  return rows;
}

/** The version in force; null before the first one. */
export async function versionInForce(pool: pg.Pool, programId: number): Promise<number | null> {
  const rows = await inProgram(pool, programId, (tx) =>
    drizzle({ client: tx }).select({ version: programs.version }).from(programs).where(eq(programs.programId, programId)),
  );
  return rows[0]?.version ?? null;
}

/** One published version. Errors: rule_set_not_found. */
export async function requireRuleSet(pool: pg.Pool, programId: number, version: number): Promise<RuleSetRow> {
  const [ruleSet] = await inProgram(pool, programId, (tx) => selectRuleSet(tx, programId, version));
  if (!ruleSet) throw new LoyaltyError("rule_set_not_found", { version });
  return ruleSet;
}

export function selectRuleSet(tx: pg.PoolClient, programId: number, version: number): Promise<RuleSetRow[]> {
  return drizzle({ client: tx })
    .select()
    .from(ruleSets)
    .where(and(eq(ruleSets.programId, programId), eq(ruleSets.version, version)));
}

/** Newest first. */
export function listRuleSets(
  pool: pg.Pool,
  programId: number,
  page: { before?: number | undefined; limit: number },
): Promise<RuleSetHead[]> {
  const { version, hash, publishedAt, publishedBy } = ruleSets;
  const older = page.before === undefined ? undefined : lt(version, page.before);
  return inProgram(pool, programId, (tx) =>
    drizzle({ client: tx })
      .select({ version, hash, publishedAt, publishedBy })
      .from(ruleSets)
      .where(and(eq(ruleSets.programId, programId), older))
      .orderBy(desc(version))
      .limit(page.limit),
  );
}

/** In order of their numbers. */
export function selectWallets(tx: pg.PoolClient, programId: number): Promise<WalletRow[]> {
  return drizzle({ client: tx })
    .select({ wallet: wallets.wallet, id: wallets.id })
    .from(wallets)
    .where(eq(wallets.programId, programId))
    .orderBy(asc(wallets.wallet));
}
