import { LRUCache } from "lru-cache";
import type pg from "pg";
import type { Logger } from "pino";
import type { Clock } from "../core/clock.ts";
import { inProgram } from "../db/transaction.ts";
import type { KeyOwner } from "./store.ts";

/** A key's last use is written at most this often by a process, and not anew while it is younger. */
const WRITTEN_EVERY_MS = 60_000;
/** What is noted in so long is written together. */
const GATHERED_MS = 1_000;
const KEYS_MAX = 10_000;

type Use = { programId: number; keyId: string; at: Date };

/** When keys were last used: noted by requests, written behind their backs. What cannot be written is lost, and logged. */
export interface KeyUses {
  note(owner: Pick<KeyOwner, "keyId" | "program">): void;
  /** Writes what is noted. */
  flush(): Promise<void>;
}

export function createKeyUses({ pool, clock, log }: { pool: pg.Pool; clock: Clock; log: Pick<Logger, "warn"> }): KeyUses {
  const noted = new LRUCache<string, number>({ max: KEYS_MAX });
  let due: Use[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const uses = due;
    due = [];
    for (const [programId, ofProgram] of Map.groupBy(uses, (use) => use.programId)) {
      await writeUses(pool, programId, ofProgram).catch(({ message }: Error) =>
        log.warn({ reason: message }, "when keys were last used was not written"),
      );
    }
  }

  return {
    note({ keyId, program: { programId } }) {
      const at = clock();
      if (at.getTime() - (noted.get(keyId) ?? Number.NEGATIVE_INFINITY) < WRITTEN_EVERY_MS) return;
      noted.set(keyId, at.getTime());
      due.push({ programId, keyId, at });
      timer ??= setTimeout(() => void flush(), GATHERED_MS).unref();
    },
    flush,
  };
}

/** Another process may have written a later use, or one that is as good. */
const writeUses = (pool: pg.Pool, programId: number, uses: readonly Use[]): Promise<unknown> =>
  inProgram(pool, programId, (tx) =>
    tx.query(
      `update api_keys k set last_used_at = used.at
         from unnest($2::uuid[], $3::timestamptz[]) used (key_id, at)
        where k.program_id = $1 and k.key_id = used.key_id
          and (k.last_used_at is null or k.last_used_at <= used.at - make_interval(secs => $4))`,
      [programId, uses.map(({ keyId }) => keyId), uses.map(({ at }) => at), WRITTEN_EVERY_MS / 1_000],
    ),
  );
