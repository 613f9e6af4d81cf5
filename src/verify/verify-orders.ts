import type pg from "pg";
import { SOURCE_KINDS } from "../ledger/accounts.ts";
import { keptOf } from "../orders/kept.ts";
import { ActivityDays } from "./activity-days.ts";
import type { CounterSums } from "./counter-sums.ts";
import type { MemberRange } from "./member-ranges.ts";
import { verifyOrderPayment } from "./order-payment.ts";
import { possibleUnits, verifyOrderPoints, verifyReturnedUnits } from "./order-points.ts";
import type { Report } from "./reporter.ts";
import { eventsOf, verifyEventPoints } from "./verified-events.ts";
import { ordersOf, type VerifiedOrder } from "./verified-orders.ts";

/**
 * Computes again what each order of a range of members is worth after its returns and what each event gave, and compares
 * their lots and the activity that tiers count; what they used of counters is added up. Answers how many there are.
 */
export async function verifyOrdersAndEvents(
  client: pg.ClientBase,
  program: { programId: number; timeZone: string; counters: CounterSums },
  range: MemberRange,
  report: Report,
): Promise<{ orders: number; events: number }> {
  const activity = new ActivityDays(program.timeZone);
  let orders = 0;
  for await (const order of ordersOf(client, program.programId, range, SOURCE_KINDS.order)) {
    orders += 1;
    try {
      verifyOrder(order, { activity, counters: program.counters }, report);
    } catch (error) {
      // Rows that nobody wrote may hold anything: what cannot be computed is a difference, and the others are looked at all the same.
      report.show({
        check: "order_readable",
        member: order.member,
        subject: `order ${order.id}`,
        expected: "a cart and a decision that can be computed again",
        actual: error instanceof Error ? error.message : String(error),
      });
    }
  }
  let events = 0;
  for await (const event of eventsOf(client, program.programId, range)) {
    events += 1;
    verifyEventPoints(event, report);
    activity.addEvent(event);
    program.counters.add({ ...event, kept: event.uses.map(({ amount }) => amount) });
  }
  await activity.verify(client, program.programId, range, report);
  return { orders, events };
}

type Sums = { activity: ActivityDays; counters: CounterSums };

function verifyOrder(order: VerifiedOrder, { activity, counters }: Sums, report: Report): void {
  verifyReturnedUnits(order, report);
  const possible = { ...order, returned: possibleUnits(order) };
  const kept = keptOf(possible, possible.returned);
  verifyOrderPoints(possible, kept, report);
  verifyOrderPayment(possible, kept, report);
  activity.addOrder(possible, kept);
  counters.add({ ...possible, uses: order.decision.uses ?? [], kept: kept.uses });
}
