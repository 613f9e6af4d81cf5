import { randomBytes } from "node:crypto";
import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { hashApiKey, hintOf, makeApiKey } from "./api-key.ts";
import { publicKeyId } from "./schemas.ts";
import type { Scope } from "./scopes.ts";
import { insertKey, type KeyRow, type ListedKey, lockKey, replaceSecret, updateKey, workingFormers } from "./store.ts";
import { type KeyPowers, type KeyTerms, requireLendsNoPoints, requireWithin } from "./terms.ts";

/** So many former secrets of one key work at a time. */
const FORMER_MAX = 5;

/** Who asks, where and when. */
export type ChangeContext = { pool: pg.Pool; program: ProgramContext; own: KeyPowers & { keyId: string }; now: Date };

type AskedKey = KeyTerms & { name: string; scopes: Scope[] };
type KeyChanges = { [Field in keyof Omit<AskedKey, "scopes">]?: AskedKey[Field] | undefined };

const powersOf = ({ scopes, ...terms }: KeyTerms & { scopes: Scope[] }): KeyPowers => ({ scopes: new Set(scopes), terms });

function requireComing(expiresAt: Date | null | undefined, now: Date): void {
  if (expiresAt && expiresAt <= now) throw refuseField("request_invalid", "/expiresAt", "lies in the past", { now: now.toISOString() });
}

/** Locks a key that can be changed. Errors: key_not_found, key_revoked. */
async function lockWorkingKey(tx: pg.ClientBase, programId: number, keyId: string): Promise<KeyRow> {
  const key = await lockKey(tx, programId, keyId);
  if (key === undefined) throw new LoyaltyError("key_not_found");
  if (key.revokedAt !== null) throw new LoyaltyError("key_revoked", { revokedAt: key.revokedAt.toISOString() });
  return key;
}

/** Errors: beyond_own_key. */
function requireMayGive(own: ChangeContext["own"], key: KeyRow): void {
  requireWithin(own, powersOf(key));
  if (key.keyId !== own.keyId) requireLendsNoPoints(own, key.scopes);
}

/** Errors: request_invalid, beyond_own_key. */
export async function createKey(
  { pool, program: { programId }, own, now }: ChangeContext,
  asked: AskedKey,
): Promise<{ created: KeyRow; key: string }> {
  requireComing(asked.expiresAt, now);
  requireWithin(own, powersOf(asked));
  requireLendsNoPoints(own, asked.scopes);
  const key = makeApiKey(randomBytes);
  const created = { ...asked, keyId: uuidv7(), hint: hintOf(key), createdAt: now };
  const data = { keyId: publicKeyId(created.keyId), name: created.name, scopes: created.scopes };
  await inProgram(pool, programId, async (tx) => {
    await insertKey(tx, programId, { ...created, hash: hashApiKey(key) });
    await insertProgramEvent(tx, programId, { type: "key.created", data, occurredAt: now });
  });
  return { created: { ...created, lastUsedAt: null, revokedAt: null }, key };
}

/** Errors: key_not_found, key_revoked, request_invalid, beyond_own_key. */
export function changeKey(
  { pool, program: { programId }, own, now }: ChangeContext,
  { keyId, ...changes }: KeyChanges & { keyId: string },
): Promise<ListedKey> {
  requireComing(changes.expiresAt, now);
  return inProgram(pool, programId, async (tx) => {
    const former = await lockWorkingKey(tx, programId, keyId);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const key: KeyRow = { ...former, ...given };
    requireMayGive(own, key);
    await updateKey(tx, programId, key);
    await insertProgramEvent(tx, programId, { type: "key.updated", data: { keyId: publicKeyId(keyId) }, occurredAt: now });
    return { ...key, former: (await workingFormers(tx, programId, [keyId], now)).get(keyId) ?? [] };
  });
}

/**
 * The key gets a new secret and stays itself in all else; the one that it had works until the overlap ends, and those before it no longer
 * than that. An answer that was lost is asked for again, and stops nobody.
 * Errors: key_not_found, key_revoked, beyond_own_key, too_many_former_keys.
 */
export function rotateKey(
  { pool, program: { programId }, own, now }: ChangeContext,
  { keyId, overlapSeconds }: { keyId: string; overlapSeconds: number },
): Promise<{ key: string; hint: string; formerWorksUntil: Date }> {
  const key = makeApiKey(randomBytes);
  const hint = hintOf(key);
  const formerUntil = new Date(now.getTime() + overlapSeconds * 1_000);
  return inProgram(pool, programId, async (tx) => {
    requireMayGive(own, await lockWorkingKey(tx, programId, keyId));
    const working = (await workingFormers(tx, programId, [keyId], now)).get(keyId) ?? [];
    if (overlapSeconds > 0 && working.length >= FORMER_MAX) {
      throw new LoyaltyError("too_many_former_keys", { working: working.length, atMost: FORMER_MAX });
    }
    await replaceSecret(tx, programId, { keyId, hash: hashApiKey(key), hint, formerUntil, now });
    const data = { keyId: publicKeyId(keyId), formerWorksUntil: formerUntil.toISOString() };
    await insertProgramEvent(tx, programId, { type: "key.rotated", data, occurredAt: now });
    return { key, hint, formerWorksUntil: formerUntil };
  });
}

/** A key that is revoked already keeps its time. Errors: key_not_found. */
export function revokeKey({ pool, program: { programId }, now }: Omit<ChangeContext, "own">, keyId: string): Promise<void> {
  return inProgram(pool, programId, async (tx) => {
    const key = await lockKey(tx, programId, keyId);
    if (key === undefined) throw new LoyaltyError("key_not_found");
    if (key.revokedAt !== null) return;
    await updateKey(tx, programId, { ...key, revokedAt: now });
    await insertProgramEvent(tx, programId, { type: "key.revoked", data: { keyId: publicKeyId(keyId) }, occurredAt: now });
  });
}
