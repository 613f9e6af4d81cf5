import { and, desc, eq, isNull, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { Scope } from "./scopes.ts";
import { apiKeys } from "./tables.ts";

/** Who a key belongs to and what it may do. */
export type KeyOwner = { keyId: string; program: ProgramContext; scopes: ReadonlySet<Scope> };

export type NewKey = { keyId: string; name: string; hash: Buffer; hint: string; scopes: Scope[]; createdAt: Date };
export type KeyRow = typeof apiKeys.$inferSelect;

type FoundKey = { key_id: string; program_id: number; program: string; scopes: Scope[]; revoked_at: Date | null };

/** The owner of the key with this SHA-256; undefined for an unknown or revoked key. */
export async function findKeyOwner(pool: pg.Pool, hash: Buffer): Promise<KeyOwner | undefined> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<FoundKey>({
      name: "find_key",
      text: "select key_id, program_id, program, scopes, revoked_at from loyalty_find_key($1)",
      values: [hash],
    }),
  );
  const [found] = rows;
  if (!found || found.revoked_at !== null) return undefined;
  return { keyId: found.key_id, program: { programId: found.program_id, id: found.program }, scopes: new Set(found.scopes) };
}

export function insertKey(pool: pg.Pool, { programId }: ProgramContext, key: NewKey): Promise<void> {
  return inProgram(pool, programId, async (tx) => {
    await drizzle({ client: tx })
      .insert(apiKeys)
      .values({ programId, ...key });
  });
}

/** Newest first; ids are made in order of time. */
export function listKeys(
  pool: pg.Pool,
  { programId }: ProgramContext,
  page: { before?: string | undefined; limit: number },
): Promise<KeyRow[]> {
  return inProgram(pool, programId, (tx) =>
    drizzle({ client: tx })
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.programId, programId), page.before === undefined ? undefined : lt(apiKeys.keyId, page.before)))
      .orderBy(desc(apiKeys.keyId))
      .limit(page.limit),
  );
}

/** False when the program has no such key. A key that is revoked already keeps its time. */
export function revokeKey(pool: pg.Pool, { programId }: ProgramContext, keyId: string, at: Date): Promise<boolean> {
  return inProgram(pool, programId, async (tx) => {
    const db = drizzle({ client: tx });
    const ofProgram = and(eq(apiKeys.programId, programId), eq(apiKeys.keyId, keyId));
    await db
      .update(apiKeys)
      .set({ revokedAt: at })
      .where(and(ofProgram, isNull(apiKeys.revokedAt)));
    return (await db.select({ keyId: apiKeys.keyId }).from(apiKeys).where(ofProgram)).length === 1;
  });
}
