import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, jsonColumn, timestamp } from "./columns.ts";

/** The history of tiers, their next reviews and what reviews found, one statement a table. */
export function* tierStatements(batch: DecidedBatch): Iterable<pg.QueryConfig> {
  yield* tierChangeStatements(batch);
  yield* nextReviewStatements(batch);
  yield* reviewResultStatements(batch);
}

function* tierChangeStatements({ programId, added: { tierChanges } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (tierChanges.length === 0) return;
  yield {
    name: "insert_tier_changes",
    text: `insert into tier_changes (program_id, member_key, version, n, from_tier, to_tier, occurred_at, rule_set, cause, source_id, reason, actor)
           select $1, * from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::timestamptz[], $8::integer[], $9::text[],
                                    $10::text[], $11::text[], $12::text[])`,
    values: [
      programId,
      ...columnsOf(
        tierChanges,
        ({ memberKey }) => memberKey,
        ({ version }) => version,
        ({ n }) => n,
        ({ from }) => from,
        ({ to }) => to,
        ({ occurredAt }) => timestamp(occurredAt),
        ({ ruleSet }) => ruleSet,
        ({ cause }) => cause,
        ({ sourceId }) => sourceId,
        ({ reason }) => reason,
        ({ actor }) => actor,
      ),
    ],
  };
}

function* nextReviewStatements({ programId, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const changed = [...touched.values()].filter(({ isReviewChanged }) => isReviewChanged).map(({ state }) => state);
  const gone = changed.filter(({ review }) => review === null);
  const set = changed.flatMap(({ key, tier, tierSince, review }) => (review === null ? [] : [{ key, tier, tierSince, review }]));
  if (gone.length > 0) {
    yield {
      name: "delete_tier_reviews",
      text: "delete from tier_reviews where program_id = $1 and member_key = any($2::bigint[])",
      values: [programId, gone.map(({ key }) => key)],
    };
  }
  if (set.length > 0) {
    yield {
      name: "upsert_tier_reviews",
      text: `insert into tier_reviews (program_id, member_key, tier, since_at, due_at, state)
             select $1, * from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[])
             on conflict (program_id, member_key) do update
                set tier = excluded.tier, since_at = excluded.since_at, due_at = excluded.due_at, state = excluded.state`,
      values: [
        programId,
        ...columnsOf(
          set,
          ({ key }) => key,
          ({ tier }) => tier,
          ({ tierSince }) => timestamp(tierSince),
          ({ review }) => timestamp(review.dueAt),
          ({ review }) => review.state,
        ),
      ],
    };
  }
}

function* reviewResultStatements({ programId, added: { reviews } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (reviews.length === 0) return;
  yield {
    name: "insert_tier_review_results",
    text: `insert into tier_review_results (program_id, member_key, version, due_at, rule_set, tier, outcome, to_tier, explanation)
           select $1, u.* from rows from (
             unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::integer[], $6::text[], $7::text[], $8::text[]), json_array_elements($9::json)) u`,
    values: [
      programId,
      ...columnsOf(
        reviews,
        ({ memberKey }) => memberKey,
        ({ version }) => version,
        ({ dueAt }) => timestamp(dueAt),
        ({ ruleSet }) => ruleSet,
        ({ tier }) => tier,
        ({ outcome }) => outcome,
        ({ to }) => to,
      ),
      jsonColumn(reviews, ({ explanation }) => explanation),
    ],
  };
}
