import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramDefinition } from "./definition.ts";
import type { Timeline } from "./timeline.ts";

/** One published version of a program's file, without the file. Immutable but for its cancellation. */
export type RuleSetHead = {
  version: number;
  hash: string;
  publishedAt: Date;
  publishedBy: string;
  /** When it comes into force by itself; null is at once. */
  effectiveAt: Date | null;
  isCancelled: boolean;
};
export type RuleSetRow = RuleSetHead & { definition: ProgramDefinition };

/** `wallet` is the small number that stands for the wallet's id in hot tables: never reused, never changed. */
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

/** Makes whoever publishes or cancels wait for each other. Undefined where there is no such program. */
export async function lockProgram(tx: pg.PoolClient, programId: number): Promise<{ isTest: boolean } | undefined> {
  const { rows } = await tx.query<{ isTest: boolean }>('select is_test as "isTest" from programs where program_id = $1 for update', [
    programId,
  ]);
  return rows[0];
}

/** Which versions follow each other in a program. */
export async function selectTimeline(tx: pg.PoolClient, programId: number): Promise<Timeline> {
  const { rows } = await tx.query<{ base: number | null; version: number | null; effectiveAt: Date | null }>({
    name: "select_timeline",
    // What was to come into force before the version that was published at once last is of no account.
    text: `select p.version as base, s.version, s.effective_at as "effectiveAt"
             from programs p
             left join (rule_sets s left join rule_set_cancellations c on c.program_id = s.program_id and c.version = s.version)
               on s.program_id = p.program_id and s.effective_at is not null and c.version is null
              and (p.in_force_since is null or s.effective_at > p.in_force_since)
            where p.program_id = $1
            order by s.effective_at, s.version`,
    values: [programId],
  });
  return {
    base: rows[0]?.base ?? null,
    scheduled: rows.flatMap(({ version, effectiveAt }) => (version === null || effectiveAt === null ? [] : [{ version, effectiveAt }])),
  };
}

export const readTimeline = (pool: pg.Pool, programId: number): Promise<Timeline> =>
  inProgram(pool, programId, (tx) => selectTimeline(tx, programId));

const HEAD = `s.version, s.hash, s.published_at as "publishedAt", s.published_by as "publishedBy", s.effective_at as "effectiveAt",
  c.version is not null as "isCancelled"`;

const RULE_SETS = "rule_sets s left join rule_set_cancellations c on c.program_id = s.program_id and c.version = s.version";

/** One published version. Errors: rule_set_not_found. */
export async function requireRuleSet(pool: pg.Pool, programId: number, version: number): Promise<RuleSetRow> {
  const ruleSet = await inProgram(pool, programId, (tx) => selectRuleSet(tx, programId, version));
  if (!ruleSet) throw new LoyaltyError("rule_set_not_found", { version });
  return ruleSet;
}

export async function selectRuleSet(tx: pg.PoolClient, programId: number, version: number): Promise<RuleSetRow | undefined> {
  const { rows } = await tx.query<RuleSetRow>(`select ${HEAD}, s.definition from ${RULE_SETS} where s.program_id = $1 and s.version = $2`, [
    programId,
    version,
  ]);
  return rows[0];
}

/** Newest first. */
export async function listRuleSets(
  pool: pg.Pool,
  programId: number,
  page: { before?: number | undefined; limit: number },
): Promise<RuleSetHead[]> {
  const { rows } = await inProgram(pool, programId, (tx) =>
    tx.query<RuleSetHead>(
      `select ${HEAD} from ${RULE_SETS}
        where s.program_id = $1 and ($2::int is null or s.version < $2) order by s.version desc limit $3`,
      [programId, page.before ?? null, page.limit],
    ),
  );
  return rows;
}

/** One version without its definition. */
export async function selectHead(tx: pg.PoolClient, programId: number, version: number): Promise<RuleSetHead | undefined> {
  const { rows } = await tx.query<RuleSetHead>(`select ${HEAD} from ${RULE_SETS} where s.program_id = $1 and s.version = $2`, [
    programId,
    version,
  ]);
  return rows[0];
}

/** In order of their numbers. */
export async function selectWallets(tx: pg.PoolClient, programId: number): Promise<WalletRow[]> {
  const { rows } = await tx.query<WalletRow>("select wallet, id from wallets where program_id = $1 order by wallet", [programId]);
  return rows;
}
