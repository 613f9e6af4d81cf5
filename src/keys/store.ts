import type pg from "pg";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { AddressList } from "./addresses.ts";
import type { KeyLimits } from "./limits/key-limits.ts";
import type { Scope } from "./scopes.ts";
import { type KeyTerms, rangesOf } from "./terms.ts";

/** Who a key belongs to and what it may do. */
export type KeyOwner = {
  keyId: string;
  program: ProgramContext;
  scopes: ReadonlySet<Scope>;
  terms: KeyTerms;
  /** From then on it is refused, in milliseconds since 1970; infinite without an end. */
  worksUntil: number;
  /** Null is every address. */
  addresses: AddressList | null;
  /** Null where it has none. */
  limits: KeyLimits | null;
};

export type Former = { hint: string; worksUntil: Date };

/** The key itself is kept nowhere. */
export type NewKey = KeyTerms & { keyId: string; name: string; hash: Buffer; hint: string; scopes: Scope[]; createdAt: Date };
export type KeyRow = Omit<NewKey, "hash"> & { lastUsedAt: Date | null; revokedAt: Date | null };
export type ListedKey = KeyRow & { former: Former[] };

type FoundKey = {
  key_id: string;
  program_id: number;
  program: string;
  scopes: Scope[];
  revoked_at: Date | null;
  works_until: Date | null;
  expires_at: Date | null;
  allowed_ips: string[] | null;
  rate_limit: number | null;
  concurrency: number | null;
  points_per_day: number | null;
};

const COLUMNS = `key_id as "keyId", name, hint, scopes, created_at as "createdAt", revoked_at as "revokedAt",
       expires_at as "expiresAt", allowed_ips as "allowedIps", rate_limit as "rateLimit", concurrency, points_per_day as "pointsPerDay",
       last_used_at as "lastUsedAt"`;

/** The owner of the key that has this SHA-256, or had it before it was rotated; undefined for an unknown or revoked key. */
export async function findKeyOwner(pool: pg.Pool, hash: Buffer): Promise<KeyOwner | undefined> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<FoundKey>({
      name: "find_key",
      text: `select key_id, program_id, program, scopes, revoked_at, works_until, expires_at, allowed_ips, rate_limit, concurrency,
                    points_per_day
               from loyalty_find_api_key($1)`,
      values: [hash],
    }),
  );
  const [found] = rows;
  if (!found || found.revoked_at !== null) return undefined;
  const {
    works_until: worksUntil,
    expires_at: expiresAt,
    allowed_ips: allowedIps,
    rate_limit: rateLimit,
    concurrency,
    points_per_day: pointsPerDay,
  } = found;
  return {
    keyId: found.key_id,
    program: { programId: found.program_id, id: found.program },
    scopes: new Set(found.scopes),
    terms: { expiresAt, allowedIps, rateLimit, concurrency, pointsPerDay },
    worksUntil: Math.min(worksUntil?.getTime() ?? Number.POSITIVE_INFINITY, expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
    addresses: allowedIps === null ? null : new AddressList(rangesOf(allowedIps)),
    limits: rateLimit === null && concurrency === null ? null : { rateLimit, concurrency },
  };
}

export async function insertKey(tx: pg.ClientBase, programId: number, key: NewKey): Promise<void> {
  await tx.query(
    `insert into api_keys (program_id, key_id, name, hash, hint, scopes, created_at, expires_at, allowed_ips, rate_limit, concurrency, points_per_day)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      programId,
      key.keyId,
      key.name,
      key.hash,
      key.hint,
      key.scopes,
      key.createdAt,
      key.expiresAt,
      key.allowedIps,
      key.rateLimit,
      key.concurrency,
      key.pointsPerDay,
    ],
  );
}

/** The key, locked until the transaction ends. */
export async function lockKey(tx: pg.ClientBase, programId: number, keyId: string): Promise<KeyRow | undefined> {
  const { rows } = await tx.query<KeyRow>(`select ${COLUMNS} from api_keys where program_id = $1 and key_id = $2 for no key update`, [
    programId,
    keyId,
  ]);
  return rows[0];
}

export async function updateKey(tx: pg.ClientBase, programId: number, key: KeyRow): Promise<void> {
  await tx.query(
    `update api_keys set name = $3, revoked_at = $4, expires_at = $5, allowed_ips = $6, rate_limit = $7, concurrency = $8,
            points_per_day = $9
      where program_id = $1 and key_id = $2`,
    [programId, key.keyId, key.name, key.revokedAt, key.expiresAt, key.allowedIps, key.rateLimit, key.concurrency, key.pointsPerDay],
  );
}

/** Former secrets that still work, by key; those that work longest first. */
export async function workingFormers(
  tx: pg.ClientBase,
  programId: number,
  keyIds: readonly string[],
  now: Date,
): Promise<Map<string, Former[]>> {
  const { rows } = await tx.query<Former & { keyId: string }>(
    `select key_id as "keyId", hint, works_until as "worksUntil" from former_keys
      where program_id = $1 and key_id = any($2) and works_until > $3 order by works_until desc, hash`,
    [programId, keyIds, now],
  );
  return Map.groupBy(rows, ({ keyId }) => keyId);
}

/** The present secret of a key is a former one from now on; none of the former ones works longer than it. */
export async function replaceSecret(
  tx: pg.ClientBase,
  programId: number,
  { keyId, hash, hint, formerUntil, now }: { keyId: string; hash: Buffer; hint: string; formerUntil: Date; now: Date },
): Promise<void> {
  const key = [programId, keyId];
  await tx.query("delete from former_keys where program_id = $1 and key_id = $2 and least(works_until, $3) <= $4", [
    ...key,
    formerUntil,
    now,
  ]);
  await tx.query("update former_keys set works_until = $3 where program_id = $1 and key_id = $2 and works_until > $3", [
    ...key,
    formerUntil,
  ]);
  await tx.query(
    `insert into former_keys (program_id, key_id, hash, hint, works_until)
     select program_id, key_id, hash, hint, $3 from api_keys where program_id = $1 and key_id = $2 and $3::timestamptz > $4`,
    [...key, formerUntil, now],
  );
  await tx.query("update api_keys set hash = $3, hint = $4 where program_id = $1 and key_id = $2", [...key, hash, hint]);
}

/** Newest first; ids are made in order of time. */
export async function listKeys(
  pool: pg.Pool,
  { programId }: ProgramContext,
  { before, limit, now }: { before?: string | undefined; limit: number; now: Date },
): Promise<ListedKey[]> {
  return inProgram(pool, programId, async (tx) => {
    const { rows } = await tx.query<KeyRow>(
      `select ${COLUMNS} from api_keys where program_id = $1 and ($2::uuid is null or key_id < $2) order by key_id desc limit $3`,
      [programId, before ?? null, limit],
    );
    const former = await workingFormers(
      tx,
      programId,
      rows.map(({ keyId }) => keyId),
      now,
    );
    return rows.map((row) => ({ ...row, former: former.get(row.keyId) ?? [] }));
  });
}
