import type pg from "pg";
import type { CounterState } from "../../members/counter-book.ts";
import type { DecidedBatch } from "../batch-rows.ts";
import { PROGRAM_KEY } from "../load/counters.ts";
import { columnsOf } from "./columns.ts";

/** The counters that a batch has changed: of its members and of the program, all of them locked. */
export function* counterStatements({ programId, touched, counters }: DecidedBatch): Iterable<pg.QueryConfig> {
  const ofMembers = [...touched.values()].flatMap(({ state, counters: ids }) => changed(state.key, state.counters, ids));
  const rows = [...ofMembers, ...changed(PROGRAM_KEY, counters.states, counters.changed)];
  if (rows.length === 0) return;
  yield {
    name: "upsert_counters",
    text: `insert into counters (program_id, member_key, key, period, used)
           select $1, * from unnest($2::bigint[], $3::text[], $4::date[], $5::bigint[])
           on conflict (program_id, member_key, key, period) do update set used = excluded.used`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ key }) => key,
        ({ period }) => period,
        ({ used }) => used,
      ),
    ],
  };
}

const changed = (memberKey: number, states: ReadonlyMap<string, CounterState>, ids: ReadonlySet<string>) =>
  [...ids].flatMap((id) => {
    const state = states.get(id);
    return state === undefined ? [] : [{ memberKey, ...state }];
  });
