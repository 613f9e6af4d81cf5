import { LRUCache } from "lru-cache";
import type pg from "pg";
import { findProgram } from "./store.ts";

const PROGRAMS_MAX = 10_000;

/** Finds a program's internal key by its id. What was found stands for good: a program's id never changes. */
export function createProgramIds(pool: pg.Pool): (id: string) => Promise<number | undefined> {
  const found = new LRUCache<string, number>({ max: PROGRAMS_MAX, fetchMethod: (id) => findProgram(pool, id) });
  return async (id) => found.get(id) ?? found.fetch(id);
}
