import type pg from "pg";
import { assert } from "../core/assert.ts";
import type { Recipients } from "./bulk-grant.ts";

export type Recipient = { memberKey: number; id: string };

/** Some of the members whom a grant is for; `through` is the key up to which all have been looked at, null where no others follow. */
export type RecipientPage = { recipients: Recipient[]; through: number | null };

type Row = Recipient & { isRecipient: boolean };

/**
 * So many members are looked at in each page, whether they have bought it or not, which bounds its time. The limit keeps the planner from
 * joining all orders of the program.
 */
const BUYERS = {
  name: "page_of_buyers",
  text: `select m.member_key as "memberKey", m.id, bought.is is not null as "isRecipient"
           from (select member_key, id from members where program_id = $1 and member_key > $2 order by member_key limit $3) m
           left join lateral (
             select true as is from orders o cross join lateral json_array_elements(o.cart -> 'lines') line
              where o.program_id = $1 and o.member_key = m.member_key and o.occurred_at >= $5 and o.occurred_at < $6
                and o.status in ('placed', 'completed') and line ->> 'sku' = any($4::text[])
                and (line ->> 'quantity')::bigint > coalesce((o.returned ->> (line ->> 'line'))::bigint, 0)
              limit 1) bought on true
          order by m.member_key`,
};
const OF_SEGMENT = {
  name: "page_of_segment_recipients",
  text: `select m.member_key as "memberKey", m.id, true as "isRecipient"
           from segment_members s join members m on m.program_id = s.program_id and m.member_key = s.member_key
          where s.program_id = $1 and s.segment_id = $4 and s.member_key > $2 order by s.member_key limit $3`,
};
const NAMED = {
  name: "page_of_named_recipients",
  text: `select member_key as "memberKey", id, true as "isRecipient" from members
          where program_id = $1 and id = any($4::text[]) and member_key > $2 order by member_key limit $3`,
};

function askedOf({ segment, memberIds, buyersOf }: Recipients): { name: string; text: string; values: unknown[] } {
  if (segment !== undefined) return { ...OF_SEGMENT, values: [segment] };
  if (memberIds !== undefined) return { ...NAMED, values: [memberIds] };
  assert(buyersOf, "a bulk grant is for buyers, a segment or named members");
  return { ...BUYERS, values: [buyersOf.skus, buyersOf.from, buyersOf.to] };
}

/** The next of the members whom a grant is for, in the order in which they joined, as it is now: at most `limit`, and maybe none. */
export async function pageOfRecipients(
  tx: pg.ClientBase,
  programId: number,
  to: Recipients,
  { after, limit }: { after: number; limit: number },
): Promise<RecipientPage> {
  const { values, ...query } = askedOf(to);
  const { rows } = await tx.query<Row>({ ...query, values: [programId, after, limit, ...values] });
  return {
    recipients: rows.flatMap(({ memberKey, id, isRecipient }) => (isRecipient ? [{ memberKey, id }] : [])),
    through: rows.length < limit ? null : (rows.at(-1)?.memberKey ?? null),
  };
}
