import type pg from "pg";

/** The members of one step of a verification: internal keys in decimal digits, both ends included. */
export type MemberRange = { from: string; to: string; members: number };

const LAST_KEY = "9223372036854775807";

/** Cuts all keys there may be into ranges of at most `size` members, so that rows of a key that is no member's are looked at too. */
export async function* memberRanges(client: pg.ClientBase, programId: number, size: number): AsyncGenerator<MemberRange> {
  let from = "0";
  for (;;) {
    const { rows } = await client.query<{ last: string | null; members: number }>({
      name: "verify_member_range",
      text: `select max(member_key)::text as last, count(*)::integer as members
               from (select member_key from members where program_id = $1 and member_key >= $2 order by member_key limit $3) as step`,
      values: [programId, from, size],
    });
    const { last = null, members = 0 } = rows[0] ?? {};
    if (last === null || members < size) {
      yield { from, to: LAST_KEY, members };
      return;
    }
    yield { from, to: last, members };
    from = String(BigInt(last) + 1n);
  }
}
