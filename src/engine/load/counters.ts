import type pg from "pg";
import { lookUp } from "../../db/look-ups.ts";
import { type Counter, counterId, type UsedCounters } from "../../rules/limits/counter.ts";

/** The program's own counters stand under this key; members' keys begin at 1. */
export const PROGRAM_KEY = 0;

export type MemberCounter = Counter & { memberKey: number };

export type CounterRow = { member_key: number; key: string; period: string; used: number };

/** Counters that have a row. Those of members are protected by the members' locks; those of the program are only looked at here. */
export const selectCounters = (programId: number, counters: readonly MemberCounter[]): pg.QueryConfig => ({
  name: "load_counters",
  text: `select c.member_key, c.key, c.period, c.used
           from unnest($2::bigint[], $3::text[], $4::date[]) u (member_key, key, period)
           ${lookUp("counters", "c", "member_key = u.member_key and key = u.key and period = u.period")}`,
  values: [programId, counters.map(({ memberKey }) => memberKey), counters.map(({ key }) => key), counters.map(({ period }) => period)],
});

/** What is used of counters as they stand: of the program and, where `memberKey` says whose, of a member. */
export async function selectUsed(
  tx: pg.ClientBase,
  programId: number,
  counters: readonly Counter[],
  memberKey = PROGRAM_KEY,
): Promise<UsedCounters> {
  const ownerOf = (counter: Counter) => (counter.for === "member" ? memberKey : PROGRAM_KEY);
  const asked = counters.map((counter) => ({ ...counter, memberKey: ownerOf(counter) }));
  const rows = asked.length === 0 ? [] : (await tx.query<CounterRow>(selectCounters(programId, asked))).rows;
  const byId = new Map(rows.map((row) => [`${row.member_key} ${counterId(row)}`, row.used]));
  return { used: (counter) => byId.get(`${ownerOf(counter)} ${counterId(counter)}`) ?? 0 };
}

/** Stage 4 of the order of locks: the program's counters, made where there are none, in the order of their keys. */
export const lockProgramCounters = (counters: readonly Counter[]): pg.QueryConfig => ({
  name: "lock_counters",
  text: "select 0 as member_key, counter_key as key, counter_period as period, counter_used as used from loyalty_lock_counters($1::text[], $2::date[])",
  values: [counters.map(({ key }) => key), counters.map(({ period }) => period)],
});
