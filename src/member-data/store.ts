import type pg from "pg";

/** Each kind of record with its table and the order of its rows. The only list: a table with rows of members that is new comes here. */
const SOURCES = [
  { kind: "member", table: "members", order: "member_key" },
  { kind: "profile", table: "profiles", order: "member_key" },
  { kind: "account", table: "accounts", order: "member_key, wallet" },
  { kind: "lot", table: "lots", order: "member_key, seq" },
  { kind: "entry", table: "entries", order: "member_key, seq" },
  { kind: "order", table: "orders", order: "member_key, order_id" },
  { kind: "return", table: "returns", order: "member_key, order_id, return_id" },
  { kind: "orderPayment", table: "order_payments", order: "member_key, order_id" },
  { kind: "event", table: "member_events", order: "member_key, event_id" },
  { kind: "tierChange", table: "tier_changes", order: "member_key, version, n" },
  { kind: "coupon", table: "coupons", order: "code" },
  { kind: "redemption", table: "redemptions", order: "member_key, redemption_id" },
  { kind: "hold", table: "holds", order: "member_key, hold_id" },
  { kind: "segment", table: "segment_members", order: "member_key, segment_id" },
  { kind: "household", table: "pool_members", order: "member_key" },
  { kind: "merge", table: "merges", order: "member_key, merge_id" },
  { kind: "answer", table: "commands", order: "member_key, kind, id" },
  { kind: "audit", table: "audit", order: "audit_id" },
] as const;

/** Internal numbers and hashes say nothing of a person. */
const HIDDEN = "array['program_id', 'member_key', 'enrol_hash', 'code_hash', 'alias_of', 'birth_month_day']";
const PAGE = 200;

export type StoredRecord = { kind: string; row: Record<string, unknown> };

/** All records of members, a page at a time. Needs a transaction for itself, whose snapshot all pages are of. */
export async function* recordsOf(tx: pg.ClientBase, programId: number, memberKey: number): AsyncGenerator<StoredRecord[]> {
  for (const { kind, table, order } of SOURCES) {
    await tx.query(
      `declare member_data no scroll cursor for
         select to_jsonb(t) - ${HIDDEN} as row from ${table} t
          where program_id = ${Number(programId)} and member_key in (
                select member_key from members where program_id = ${Number(programId)} and ${Number(memberKey)} in (member_key, alias_of))
          order by ${order}`,
    );
    for (;;) {
      const { rows } = await tx.query<{ row: Record<string, unknown> }>(`fetch ${PAGE} from member_data`);
      if (rows.length === 0) break;
      yield rows.map(({ row }) => ({ kind, row }));
    }
    await tx.query("close member_data");
  }
}
