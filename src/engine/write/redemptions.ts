import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, jsonColumn, lotsLiteral, timestamp, timestampOrNull } from "./columns.ts";

/** Redemptions that a batch has made or changed, in one statement: what changes is their status and what became of them. */
export function* redemptionStatements({ programId, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const rows = [...touched.values()].flatMap(({ state, redemptions }) =>
    [...redemptions].flatMap((id) => {
      const redemption = state.redemptions.get(id);
      return redemption === undefined ? [] : [{ memberKey: state.key, redemption }];
    }),
  );
  if (rows.length === 0) return;
  yield {
    name: "upsert_redemptions",
    text: `insert into redemptions (program_id, member_key, redemption_id, reward, quantity, channel, status, rule_set, lots, code_hash,
                                    redeemed_at, expires_at, fulfilled_at, ended_at, store, reason, gives, given, paid, uses)
           select $1, u.member_key, u.redemption_id, u.reward, u.quantity, u.channel, u.status, u.rule_set, u.lots::bigint[], u.code_hash,
                  u.redeemed_at, u.expires_at, u.fulfilled_at, u.ended_at, u.store, u.reason, u.gives,
                  case when json_typeof(u.given) = 'null' then null else u.given end, u.paid, u.uses
             from rows from (unnest($2::bigint[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::integer[], $9::text[], $10::text[],
                                    $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::text[], $16::text[]),
                             json_array_elements($17::json), json_array_elements($18::json), json_array_elements($19::json), json_array_elements($20::json))
                  u (member_key, redemption_id, reward, quantity, channel, status, rule_set, lots, code_hash,
                     redeemed_at, expires_at, fulfilled_at, ended_at, store, reason, gives, given, paid, uses)
           on conflict (program_id, member_key, redemption_id) do update
              set status = excluded.status, given = excluded.given, paid = excluded.paid, fulfilled_at = excluded.fulfilled_at,
                  ended_at = excluded.ended_at, store = excluded.store, reason = excluded.reason`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ redemption }) => redemption.id,
        ({ redemption }) => redemption.reward,
        ({ redemption }) => redemption.quantity,
        ({ redemption }) => redemption.channel,
        ({ redemption }) => redemption.status,
        ({ redemption }) => redemption.ruleSet,
        ({ redemption }) => lotsLiteral([...new Set(redemption.paid.flatMap(({ uses }) => uses.map(({ lot }) => lot)))]),
        ({ redemption }) => redemption.codeHash,
        ({ redemption }) => timestamp(redemption.redeemedAt),
        ({ redemption }) => timestampOrNull(redemption.expiresAt),
        ({ redemption }) => timestampOrNull(redemption.fulfilledAt),
        ({ redemption }) => timestampOrNull(redemption.endedAt),
        ({ redemption }) => redemption.store,
        ({ redemption }) => redemption.reason,
      ),
      jsonColumn(rows, ({ redemption }) => redemption.gives),
      jsonColumn(rows, ({ redemption }) => redemption.given),
      jsonColumn(rows, ({ redemption }) => redemption.paid),
      jsonColumn(rows, ({ redemption }) => redemption.uses),
    ],
  };
}
