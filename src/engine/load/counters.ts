import type pg from "pg";
import type { Counter } from "../../rules/limits/counter.ts";
import { lookUp } from "./keys.ts";

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

/** Stage 4 of the order of locks: the program's counters, made where there are none, in the order of their keys. */
export const lockProgramCounters = (counters: readonly Counter[]): pg.QueryConfig => ({
  name: "lock_counters",
  text: "select 0 as member_key, counter_key as key, counter_period as period, counter_used as used from loyalty_lock_counters($1::text[], $2::date[])",
  values: [counters.map(({ key }) => key), counters.map(({ period }) => period)],
});
