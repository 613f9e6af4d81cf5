import type pg from "pg";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { publicKeyId } from "./schemas.ts";
import type { Scope } from "./scopes.ts";

/** Who a key belongs to and what it may do. */
export type KeyOwner = { keyId: string; program: ProgramContext; scopes: ReadonlySet<Scope> };

/** The key itself is kept nowhere. */
export type NewKey = { keyId: string; name: string; hash: Buffer; hint: string; scopes: Scope[]; createdAt: Date };
export type KeyRow = Omit<NewKey, "hash"> & { revokedAt: Date | null };

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
    await tx.query("insert into api_keys (program_id, key_id, name, hash, hint, scopes, created_at) values ($1, $2, $3, $4, $5, $6, $7)", [
      programId,
      key.keyId,
      key.name,
      key.hash,
      key.hint,
      key.scopes,
      key.createdAt,
    ]);
    const data = { keyId: publicKeyId(key.keyId), name: key.name, scopes: key.scopes };
    await insertProgramEvent(tx, programId, { type: "key.created", data, occurredAt: key.createdAt });
  });
}

/** Newest first; ids are made in order of time. */
export async function listKeys(
  pool: pg.Pool,
  { programId }: ProgramContext,
  page: { before?: string | undefined; limit: number },
): Promise<KeyRow[]> {
  const { rows } = await inProgram(pool, programId, (tx) =>
    tx.query<KeyRow>(
      `select key_id as "keyId", name, hint, scopes, created_at as "createdAt", revoked_at as "revokedAt" from api_keys
        where program_id = $1 and ($2::uuid is null or key_id < $2) order by key_id desc limit $3`,
      [programId, page.before ?? null, page.limit],
    ),
  );
  return rows;
}

/** False when the program has no such key. A key that is revoked already keeps its time. */
export async function revokeKey(pool: pg.Pool, { programId }: ProgramContext, keyId: string, at: Date): Promise<boolean> {
  return inProgram(pool, programId, async (tx) => {
    const { rows } = await tx.query<{ isNew: boolean }>(
      `update api_keys k set revoked_at = coalesce(k.revoked_at, $3)
         from (select revoked_at from api_keys where program_id = $1 and key_id = $2 for update) former
        where k.program_id = $1 and k.key_id = $2 returning former.revoked_at is null as "isNew"`,
      [programId, keyId, at],
    );
    const [revoked] = rows;
    if (revoked?.isNew)
      await insertProgramEvent(tx, programId, { type: "key.revoked", data: { keyId: publicKeyId(keyId) }, occurredAt: at });
    return revoked !== undefined;
  });
}
