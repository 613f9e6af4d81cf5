import { LRUCache } from "lru-cache";
import type pg from "pg";
import { hashApiKey, looksLikeApiKey } from "./api-key.ts";
import { findKeyOwner, type KeyOwner } from "./store.ts";

/** A revoked key is refused after at most this long, in every process. */
const OWNER_TTL_MS = 1_000;
const OWNERS_MAX = 10_000;

/** Looks up who a key belongs to. Unknown keys are not remembered; many requests with one key make one look-up. */
export interface KeyOwners {
  /** Where the key was looked up a moment ago. */
  known(key: string): KeyOwner | undefined;
  find(key: string): Promise<KeyOwner | undefined>;
}

export function createKeyOwners(pool: pg.Pool): KeyOwners {
  const owners = new LRUCache<string, KeyOwner>({
    max: OWNERS_MAX,
    ttl: OWNER_TTL_MS,
    fetchMethod: (key) => findKeyOwner(pool, hashApiKey(key)),
  });

  return {
    known: (key) => owners.get(key),
    async find(key) {
      return looksLikeApiKey(key) ? owners.fetch(key) : undefined;
    },
  };
}
