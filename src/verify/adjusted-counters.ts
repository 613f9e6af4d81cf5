import type pg from "pg";
import { adjustmentCounter, givenCounter } from "../adjustments/limits.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { CounterSums } from "./counter-sums.ts";
import type { MemberRange } from "./member-ranges.ts";

const { adjustment, adjustment_decision: decision, reversal } = REQUEST_KINDS;

type Row = { memberKey: string; keyId: string; points: number; occurredAt: Date; isCounted: boolean };

/** Adds up what the keys of a program have adjusted and reversed, proposals when they are approved, of a range of members. */
export async function addAdjustments(
  client: pg.ClientBase,
  { programId, timeZone, counters }: { programId: number; timeZone: string; counters: CounterSums },
  { from, to }: MemberRange,
): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_adjustments",
    text: `select member_key::text as "memberKey", answer ->> 'keyId' as "keyId", abs((answer ->> 'points')::integer) as points,
                  (answer ->> 'occurredAt')::timestamptz as "occurredAt", answer -> 'keyPointsLeft' is not null as "isCounted"
             from (select member_key, case kind when ${decision} then answer -> 'adjustment' else answer end as answer from commands
                    where program_id = $1 and member_key between $2 and $3
                      and (kind = ${adjustment} and answer ->> 'status' is distinct from 'pending_approval'
                           or kind = ${decision} and answer ->> 'status' = 'approved' or kind = ${reversal})) said`,
    values: [programId, from, to],
  });
  for (const { memberKey, keyId, points, occurredAt, isCounted } of rows) {
    const uses = [adjustmentCounter, ...(isCounted ? [givenCounter] : [])].map((counter) => counter(keyId, occurredAt.getTime(), timeZone));
    counters.add({ memberKey, member: "", uses, kept: uses.map(() => points) });
  }
}
