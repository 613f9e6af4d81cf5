import type pg from "pg";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { AccrualDecision } from "../rules/decision.ts";
import { SOURCE_KINDS } from "./accounts.ts";
import { LOT_COLUMNS, type StoredLot } from "./rows.ts";

/** A row of `entries`. */
export type StoredEntry = {
  seq: number;
  wallet: number;
  kind: number;
  from_account: number;
  to_account: number;
  points: number;
  available_after: number;
  rule_set: number;
  occurred_at: Date;
  recorded_at: Date;
  source_kind: number;
  source_id: string;
};

/** The columns of `StoredEntry`. */
export const ENTRY_COLUMNS =
  "seq, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at, recorded_at, source_kind, source_id";

/** An entry with what stands elsewhere of it. */
export type ListedEntry = StoredEntry & {
  /** What the entry took from lots, reserved of them or gave back to them, in the order in which they burn. */
  uses: { lot: number; points: number }[] | null;
  /** Of what was done by hand. */
  reason: string | null;
  actor: string | null;
};

/** Which command tells of a movement that was made by hand: the source of the one is the id of the other. */
const BY_HAND = `case e.source_kind when ${SOURCE_KINDS.adjustment} then ${REQUEST_KINDS.adjustment}
                                    when ${SOURCE_KINDS.reversal} then ${REQUEST_KINDS.reversal} end`;

/** Rows of one member before a sequence number, newest first, and one more where there is more. */
export type LedgerPage = { memberKey: number; wallet: number | null; before: number | null; limit: number };

/** Which entries are listed: those from the instant `from` on and before `until`, by when they happened. */
export type EntryFilters = {
  kind?: number | undefined;
  from?: string | undefined;
  until?: string | undefined;
  orderId?: string | undefined;
};

const { order, complete, cancel, return: returned, event } = SOURCE_KINDS;

const FILTERS: Record<keyof EntryFilters, (parameter: string) => string> = {
  kind: (parameter) => `kind = ${parameter}`,
  from: (parameter) => `occurred_at >= ${parameter}`,
  until: (parameter) => `occurred_at < ${parameter}`,
  orderId: (parameter) => `(source_kind in (${order}, ${complete}, ${cancel}) and source_id = ${parameter}
    or source_kind = ${returned} and source_id in (
      select return_id from returns where returns.program_id = $1 and returns.member_key = $2 and returns.order_id = ${parameter}))`,
};
const FILTER_NAMES = Object.keys(FILTERS) as (keyof EntryFilters)[];

/** One prepared statement a set of filters. */
export async function listEntries(
  tx: pg.ClientBase,
  programId: number,
  page: LedgerPage & { filters: EntryFilters },
): Promise<ListedEntry[]> {
  const given = FILTER_NAMES.filter((name) => page.filters[name] !== undefined);
  const conditions = given.map((name, index) => ` and ${FILTERS[name](`$${index + 6}`)}`);
  const { rows } = await tx.query<ListedEntry>({
    name: ["list_entries", ...given].join(" "),
    text: `select e.*, used.uses, coalesce(c.answer ->> 'reason', g.reason) as reason,
                  coalesce(c.answer ->> 'actor', g.actor) as actor
             from (select ${ENTRY_COLUMNS} from entries
                    where program_id = $1 and member_key = $2 and ($3::smallint is null or wallet = $3) and ($4::bigint is null or seq < $4)${conditions.join("")}
                    order by seq desc limit $5) e
             left join lateral (
               select json_agg(json_build_object('lot', u.lot_seq, 'points', u.points) order by l.expires_at, l.occurred_at, l.seq) as uses
                 from lot_uses u join lots l on l.program_id = $1 and l.member_key = $2 and l.seq = u.lot_seq
                where u.program_id = $1 and u.member_key = $2 and u.entry_seq = e.seq) used on true
             left join commands c on c.program_id = $1 and c.member_key = $2 and c.kind = ${BY_HAND} and c.id = e.source_id
             left join bulk_grants g on e.source_kind = ${SOURCE_KINDS.bulk_grant} and g.program_id = $1 and g.grant_id = e.source_id
            order by e.seq desc`,
    values: [programId, page.memberKey, page.wallet, page.before, page.limit + 1, ...given.map((name) => page.filters[name])],
  });
  return rows;
}

/** A lot with the rule set that its entry names and, of the points of an order or an event, what its decision said of each wallet. */
export type StoredLotOrigin = StoredLot & { rule_set: number; accruals: AccrualDecision[] | null };

/** With `openAt`, only lots that hold points at that instant. */
export async function listLots(
  tx: pg.ClientBase,
  programId: number,
  page: LedgerPage & { openAt: Date | null },
): Promise<StoredLotOrigin[]> {
  const open = page.openAt === null ? "" : "and l.remaining > 0 and l.expires_at > $6";
  const { rows } = await tx.query<StoredLotOrigin>({
    name: page.openAt === null ? "list_all_lots" : "list_open_lots",
    text: `select ${LOT_COLUMNS}, e.rule_set, coalesce(o.decision, v.decision) -> 'accruals' as accruals
             from lots l
             join entries e on e.program_id = l.program_id and e.member_key = l.member_key and e.seq = l.seq
             left join orders o on l.source_kind in (${order}, ${complete})
                               and o.program_id = l.program_id and o.member_key = l.member_key and o.order_id = l.source_id
             left join member_events v on l.source_kind = ${event}
                                      and v.program_id = l.program_id and v.member_key = l.member_key and v.event_id = l.source_id
            where l.program_id = $1 and l.member_key = $2 and ($3::smallint is null or l.wallet = $3) and ($4::bigint is null or l.seq < $4) ${open}
            order by l.seq desc limit $5`,
    values: [programId, page.memberKey, page.wallet, page.before, page.limit + 1, ...(page.openAt === null ? [] : [page.openAt])],
  });
  return rows;
}
