import type pg from "pg";
import { SOURCE_KINDS } from "../ledger/accounts.ts";
import { keptOf } from "../orders/kept.ts";
import { ActivityDays } from "./activity-days.ts";
import type { MemberRange } from "./member-ranges.ts";
import { verifyOrderPoints, verifyReturnedUnits } from "./order-points.ts";
import type { Report } from "./reporter.ts";
import { ordersOf } from "./verified-orders.ts";

/**
 * Computes again what each order of a range of members is worth after its returns, and compares its lots and the
 * activity that tiers count. Answers the number of orders.
 */
export async function verifyOrders(
  client: pg.ClientBase,
  program: { programId: number; timeZone: string },
  range: MemberRange,
  report: Report,
): Promise<number> {
  const activity = new ActivityDays(program.timeZone);
  let orders = 0;
  for await (const order of ordersOf(client, program.programId, range, SOURCE_KINDS.order)) {
    const kept = keptOf(order, order.returned);
    verifyReturnedUnits(order, report);
    verifyOrderPoints(order, kept, report);
    activity.add(order, kept);
    orders += 1;
  }
  await activity.verify(client, program.programId, range, report);
  return orders;
}
