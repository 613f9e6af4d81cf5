import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import type { AccrualDecision, UseDecision } from "../rules/decision.ts";
import { partKey, partsOf } from "../rules/points-parts.ts";
import type { MemberRange } from "./member-ranges.ts";
import { compare, type Report } from "./reporter.ts";

/** An event of a member with what its points became. */
export type VerifiedEvent = {
  memberKey: string;
  member: string;
  id: string;
  type: string;
  occurredAt: Date;
  accruals: AccrualDecision[];
  /** Nothing gives back what an event used of counters. */
  uses: UseDecision[];
  lots: { wallet: string; rule: string | null; granted: number; clawedBack: number }[];
};

const PAGE = 500;

const SELECT = `
  select e.member_key::text as "memberKey", coalesce(members.id, '#' || e.member_key) as member, e.event_id as id, e.type,
         e.occurred_at as "occurredAt", e.decision -> 'accruals' as accruals, coalesce(e.decision -> 'uses', '[]') as uses,
         coalesce((
           select json_agg(own) from (
             select coalesce(wallets.id, '#' || lots.wallet) as wallet, lots.rule, sum(lots.granted)::bigint as granted, sum(lots.clawed_back)::bigint as "clawedBack"
               from lots left join wallets on wallets.program_id = $1 and wallets.wallet = lots.wallet
              where lots.program_id = $1 and lots.member_key = e.member_key and lots.seq = any(e.lots)
              group by lots.wallet, wallets.id, lots.rule) as own), '[]') as lots
    from member_events e ${lookUpIfAny("members", "members", "member_key = e.member_key")}
   where e.program_id = $1 and e.member_key <= $3
     and (e.member_key, e.event_id) > ($2::bigint, $4::text)
   order by e.member_key, e.event_id
   limit ${PAGE}`;

/** The events of a range of members, page by page. */
export async function* eventsOf(client: pg.ClientBase, programId: number, range: MemberRange): AsyncGenerator<VerifiedEvent> {
  // No event id is empty, so the first page starts with the first member's first event.
  let after = { memberKey: range.from, id: "" };
  for (;;) {
    const values = [programId, after.memberKey, range.to, after.id];
    const { rows } = await client.query<VerifiedEvent>({ name: "verify_member_events", text: SELECT, values });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}

/** An event gave the points that its decision says. */
export function verifyEventPoints({ member, id, accruals, lots }: VerifiedEvent, report: Report): void {
  const decided = new Map(partsOf(accruals ?? []).map((part) => [partKey(part), part]));
  const granted = new Map(lots.map((own) => [partKey(own), own]));
  for (const key of new Set([...decided.keys(), ...granted.keys()])) {
    const { wallet, rule } = decided.get(key) ?? granted.get(key) ?? { wallet: "", rule: null };
    const subject = rule === null ? `event ${id}` : `event ${id}, rule ${rule}`;
    const where = { check: "event_points", member, wallet, subject };
    compare(report, { ...where, expected: String(decided.get(key)?.points ?? 0), actual: String(granted.get(key)?.granted ?? 0) });
  }
}
