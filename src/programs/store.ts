import { and, asc, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";
import { programs, ruleSetCancellations, ruleSets, wallets } from "./tables.ts";
import type { Timeline } from "./timeline.ts";

export type RuleSetRow = typeof ruleSets.$inferSelect;
export type RuleSetHead = Omit<RuleSetRow, "definition" | "programId"> & { isCancelled: boolean };
export type WalletRow = { wallet: number; id: string };

/** The internal key of the program with this id. */
export async function findProgram(pool: pg.Pool, id: string): Promise<number | undefined> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<{ program_id: number | null }>({ name: "find_program", text: "select loyalty_find_program($1) as program_id", values: [id] }),
  );
  return rows[0]?.program_id ?? undefined;
}

export type ProgramRow = { id: string; version: number | null; createdAt: Date };

/** In order of their ids, from after `after` on, with the versions in force at an instant. */
export async function listPrograms(pool: pg.Pool, page: { at: Date; after?: string | undefined; limit: number }): Promise<ProgramRow[]> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<ProgramRow>({
      text: `select id, version, created_at as "createdAt" from loyalty_list_programs($3)
              where $1::text is null or id > $1 order by id limit $2`,
      values: [page.after ?? null, page.limit, page.at],
    }),
  );
  return rows;
}

/** Which versions follow each other in a program. */
export async function selectTimeline(tx: pg.PoolClient, programId: number): Promise<Timeline> {
  const db = drizzle({ client: tx });
  const [program] = await db
    .select({ version: programs.version, since: programs.inForceSince })
    .from(programs)
    .where(eq(programs.programId, programId));
  const rows = await db
    .select({ version: ruleSets.version, effectiveAt: ruleSets.effectiveAt })
    .from(ruleSets)
    .leftJoin(ruleSetCancellations, isOfVersion)
    .where(and(eq(ruleSets.programId, programId), isNotNull(ruleSets.effectiveAt), isNull(ruleSetCancellations.version)))
    .orderBy(asc(ruleSets.effectiveAt), asc(ruleSets.version));
  const scheduled = rows.flatMap(({ version, effectiveAt }) => (effectiveAt === null ? [] : [{ version, effectiveAt }]));
  const since = program?.since ?? null;
  return {
    base: program?.version ?? null,
    scheduled: since === null ? scheduled : scheduled.filter(({ effectiveAt }) => effectiveAt > since),
  };
}

const isOfVersion = and(eq(ruleSetCancellations.programId, ruleSets.programId), eq(ruleSetCancellations.version, ruleSets.version));

export const readTimeline = (pool: pg.Pool, programId: number): Promise<Timeline> =>
  inProgram(pool, programId, (tx) => selectTimeline(tx, programId));

export type RuleSetWithDefinition = RuleSetHead & Pick<RuleSetRow, "definition">;

/** One published version. Errors: rule_set_not_found. */
export async function requireRuleSet(pool: pg.Pool, programId: number, version: number): Promise<RuleSetWithDefinition> {
  const [ruleSet] = await inProgram(pool, programId, (tx) =>
    drizzle({ client: tx })
      .select({ ...HEAD, definition: ruleSets.definition })
      .from(ruleSets)
      .leftJoin(ruleSetCancellations, isOfVersion)
      .where(and(eq(ruleSets.programId, programId), eq(ruleSets.version, version))),
  );
  if (!ruleSet) throw new LoyaltyError("rule_set_not_found", { version });
  return ruleSet;
}

export function selectRuleSet(tx: pg.PoolClient, programId: number, version: number): Promise<RuleSetRow[]> {
  return drizzle({ client: tx })
    .select()
    .from(ruleSets)
    .where(and(eq(ruleSets.programId, programId), eq(ruleSets.version, version)));
}

const HEAD = {
  version: ruleSets.version,
  hash: ruleSets.hash,
  publishedAt: ruleSets.publishedAt,
  publishedBy: ruleSets.publishedBy,
  effectiveAt: ruleSets.effectiveAt,
  isCancelled: sql<boolean>`${ruleSetCancellations.version} is not null`,
};

/** Newest first. */
export function listRuleSets(
  pool: pg.Pool,
  programId: number,
  page: { before?: number | undefined; limit: number },
): Promise<RuleSetHead[]> {
  const older = page.before === undefined ? undefined : lt(ruleSets.version, page.before);
  return inProgram(pool, programId, (tx) =>
    drizzle({ client: tx })
      .select(HEAD)
      .from(ruleSets)
      .leftJoin(ruleSetCancellations, isOfVersion)
      .where(and(eq(ruleSets.programId, programId), older))
      .orderBy(desc(ruleSets.version))
      .limit(page.limit),
  );
}

/** One version without its definition. */
export async function selectHead(tx: pg.PoolClient, programId: number, version: number): Promise<RuleSetHead | undefined> {
  const [head] = await drizzle({ client: tx })
    .select(HEAD)
    .from(ruleSets)
    .leftJoin(ruleSetCancellations, isOfVersion)
    .where(and(eq(ruleSets.programId, programId), eq(ruleSets.version, version)));
  return head;
}

/** In order of their numbers. */
export function selectWallets(tx: pg.PoolClient, programId: number): Promise<WalletRow[]> {
  return drizzle({ client: tx })
    .select({ wallet: wallets.wallet, id: wallets.id })
    .from(wallets)
    .where(eq(wallets.programId, programId))
    .orderBy(asc(wallets.wallet));
}
