import type { TestDatabase } from "./database.ts";

/** What a merge and its undoing leave newer: versions, numbers of entries, the day that running sums stand for, when the clock has a say. */
const LEFT_OUT = ["version", "entry_seq", "windows_day", "next_change_at"];

/** Tables of members' rows, each with what of them counts: a row of 0 is as none, and a lot that came and went leaves nothing. */
const TABLES: Record<string, string> = {
  members: "true",
  profiles: "true",
  accounts: "true",
  lots: "not exists (select from merged_lots g where g.member_key = t.member_key and g.seq = t.seq)",
  orders: "true",
  order_payments: "true",
  returns: "true",
  member_events: "true",
  coupons: "true",
  redemptions: "true",
  holds: "true",
  activity: "amount <> 0",
  counters: "used <> 0",
  segment_members: "true",
  tier_reviews: "true",
  directory: "kind not in (22, 23)",
};

/** Every row of these members, to compare. */
export async function wholeMembers(database: TestDatabase, ids: readonly string[]): Promise<Record<string, unknown[]>> {
  const dumps = Object.entries(TABLES).map(async ([table, counts]) => {
    const rows = await database.query<{ row: unknown }>(
      `select to_jsonb(t) - $2::text[] as row from ${table} t
        where ${counts} and t.member_key in (select member_key from members where id = any($1)) order by (to_jsonb(t) - $2::text[])::text`,
      [ids, LEFT_OUT],
    );
    return [table, rows.map(({ row }) => row)] as const;
  });
  return Object.fromEntries(await Promise.all(dumps));
}
