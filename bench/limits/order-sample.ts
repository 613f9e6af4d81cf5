import type pg from "pg";

/** An order as the engine has written it: what the limits beside it write, without having to decide it. */
export type OrderSample = {
  programId: number;
  net: number;
  points: number;
  cart: string;
  decision: string;
  answer: string;
  events: string;
};

/** Errors: the program has no such order. */
export async function readOrderSample(client: pg.Client, program: string, orderId: string): Promise<OrderSample> {
  const { rows } = await client.query<OrderSample>(
    `select o.program_id as "programId", (o.decision -> 'totals' ->> 'net')::float8 as net, l.granted::float8 as points,
            o.cart::text, o.decision::text, o.answer::text,
            (select json_agg(json_build_object('type', e.type, 'data', e.data) order by e.n)::text from events e
              where e.program_id = o.program_id and e.member_key = o.member_key
                and e.version = (o.answer -> 'balance' ->> 'version')::bigint) as events
       from programs p join orders o using (program_id)
       join lots l on l.program_id = o.program_id and l.member_key = o.member_key and l.seq = o.lots[1]
      where p.id = $1 and o.order_id = $2`,
    [program, orderId],
  );
  const [sample] = rows;
  if (sample === undefined) throw new Error(`${program} has no order ${orderId} with points`);
  return sample;
}
