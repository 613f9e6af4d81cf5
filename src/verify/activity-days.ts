import type pg from "pg";
import { dayToDate, localDay } from "../core/period.ts";
import { lookUpIfAny } from "../db/look-ups.ts";
import type { Kept } from "../orders/kept.ts";
import { countedFor } from "./checks/member-check.ts";
import type { MemberRange } from "./member-ranges.ts";
import { compare, type Report } from "./reporter.ts";
import type { VerifiedEvent } from "./verified-events.ts";
import type { VerifiedOrder } from "./verified-orders.ts";

/** What the orders and events of a range of members add up to by member, local day and metric. */
export class ActivityDays {
  readonly #sums = new Map<string, number>();
  readonly #members = new Map<string, string>();
  readonly #timeZone: string;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** An order counts on the day on which it was booked, with what is left of it after its returns. */
  addOrder(order: VerifiedOrder, kept: Kept): void {
    const { countedAt: at } = order;
    if (at === null) return;
    const isAllBack = order.cart.lines.every(({ line, quantity }) => (order.returned[line] ?? 0) === quantity);
    this.#add(order, at, "spend", kept.spend);
    this.#add(order, at, "orders", isAllBack ? 0 : 1);
    for (const { wallet, granted, clawedBack } of order.lots) this.#add(order, at, `points:${wallet}`, granted - clawedBack);
  }

  addEvent(event: VerifiedEvent): void {
    const { occurredAt: at, type, lots } = event;
    this.#add(event, at, `events:${type}`, 1);
    for (const { wallet, granted, clawedBack } of lots) this.#add(event, at, `points:${wallet}`, granted - clawedBack);
  }

  #add({ memberKey, member }: { memberKey: string; member: string }, at: Date, metric: string, amount: number): void {
    this.#members.set(memberKey, member);
    const day = dayToDate(localDay(at, this.#timeZone));
    const key = `${memberKey} ${day} ${metric}`;
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + amount);
  }

  /**
   * Compares with the stored activity. On the day of an opening balance the totals of the former system come on top, which
   * no row tells apart: there the stored sums are no less.
   */
  async verify(client: pg.ClientBase, programId: number, range: MemberRange, report: Report): Promise<void> {
    const openings = await this.#openings(client, programId, range);
    const { rows } = await client.query<{ key: string; day: string; member: string; metric: string; amount: string }>({
      name: "verify_activity",
      text: `select activity.member_key::text as key, activity.day::text, coalesce(members.id, '#' || activity.member_key) as member, metric, amount::text
               from activity ${lookUpIfAny("members", "members", "member_key = activity.member_key")}
              where activity.program_id = $1 and activity.member_key between $2 and $3
                -- These have checks of their own.
                and activity.metric <> 'order_months' and activity.metric not like 'upgrade:%'`,
      values: [programId, range.from, range.to],
    });
    for (const { key, day, member, metric, amount } of rows) {
      const expected = this.#take(`${key} ${day} ${metric}`);
      if (openings.has(`${key} ${day}`) && Number(amount) >= expected) continue;
      compare(report, { check: "activity", member, subject: `${metric} on ${day}`, expected: String(expected), actual: amount });
    }
    for (const [key, amount] of this.#sums) {
      const [memberKey = "", day, ...metric] = key.split(" ");
      const member = this.#members.get(memberKey) ?? `#${memberKey}`;
      compare(report, { check: "activity", member, subject: `${metric.join(" ")} on ${day}`, expected: String(amount), actual: "0" });
    }
  }

  #take(key: string): number {
    const amount = this.#sums.get(key) ?? 0;
    this.#sums.delete(key);
    return amount;
  }

  async #openings(client: pg.ClientBase, programId: number, range: MemberRange): Promise<Set<string>> {
    const { rows } = await client.query<{ key: string; at: Date }>({
      name: "verify_openings",
      text: `select member_key::text as key, occurred_at as at from ${countedFor("events", "type, occurred_at")} as counted where type = 'balance.opened'`,
      values: [programId, range.from, range.to],
    });
    return new Set(rows.map(({ key, at }) => `${key} ${dayToDate(localDay(at, this.#timeZone))}`));
  }
}
