import type pg from "pg";
import { keysOf, lookUp, lookUpMember } from "../../db/look-ups.ts";
import { LOT_COLUMNS } from "../../ledger/rows.ts";

/** All open lots of members, by their ids. */
export const selectOpenLots = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_open_lots",
  text: `select ${LOT_COLUMNS} from lots l where l.program_id = $1 and l.member_key = any(${keysOf("$2")}) and l.remaining > 0`,
  values: [programId, memberIds],
});

/** The same by their keys. */
export const selectOpenLotsOf = (programId: number, memberKeys: readonly number[]): pg.QueryConfig => ({
  name: "load_open_lots_of",
  text: `select ${LOT_COLUMNS} from lots l where l.program_id = $1 and l.member_key = any($2::bigint[]) and l.remaining > 0`,
  values: [programId, memberKeys],
});

/** The points of each wallet, by its id, that commands of a member spend at most together. */
export type MemberSpending = { id: string; spends: ReadonlyMap<string, number> };

/** So many lots are read before it is looked whether they are enough: most spend what one or two hold. */
const FIRST_LOTS = 4;

const SPENDABLE = `from lots
                    where program_id = $1 and member_key = m.member_key and wallet = w.wallet
                      and remaining > 0 and remaining > held and not is_pending`;
const BURN_ORDER = "order by expires_at, occurred_at, seq";

/**
 * The lots that points are spent from, in the order in which they burn: as many as hold the points, or all that have some where they
 * hold fewer together. Those that come after them stay unread.
 */
export const selectLotsToSpend = (programId: number, members: readonly MemberSpending[]): pg.QueryConfig => {
  const spent = members.flatMap(({ id, spends }) => [...spends].map(([wallet, points]) => ({ id, wallet, points })));
  return {
    name: "load_lots_to_spend",
    text: `select ${LOT_COLUMNS}
             from unnest($2::text[], $3::text[], $4::bigint[]) u (member_id, wallet_id, points)
             ${lookUpMember("member_id")}
             ${lookUp("wallets", "w", "id = u.wallet_id")}
             cross join lateral (
               with first_lots as materialized (select *, remaining - held as free ${SPENDABLE} ${BURN_ORDER} limit ${FIRST_LOTS})
               select *, 0::numeric as before from first_lots
               union all
               select * from (
                 select *, remaining - held as free, sum(remaining - held) over (${BURN_ORDER}) - (remaining - held) as before
                   ${SPENDABLE} ${BURN_ORDER} offset ${FIRST_LOTS}) further
                where (select sum(free) from first_lots) < u.points and further.before < u.points) l`,
    values: [programId, spent.map(({ id }) => id), spent.map(({ wallet }) => wallet), spent.map(({ points }) => points)],
  };
};

/** The lots that the points of these orders went into, spent ones too. */
export const selectOrderLots = (programId: number, memberIds: string[], orderIds: string[]): pg.QueryConfig => ({
  name: "load_order_lots",
  text: `select ${LOT_COLUMNS}
           from unnest($2::text[], $3::text[]) u (member_id, order_id)
           ${lookUpMember("member_id")}
           ${lookUp("orders", "o", "member_key = m.member_key and order_id = u.order_id")}
           ${lookUp("lots", "l", "member_key = m.member_key and seq = any(o.lots)")}`,
  values: [programId, memberIds, orderIds],
});
