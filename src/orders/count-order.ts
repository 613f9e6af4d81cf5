import { localDay } from "../core/period.ts";
import type { Source } from "../ledger/accounts.ts";
import { grantLot } from "../ledger/grant.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import { upgradeIfReached } from "../tiers/change-tier.ts";
import { recordActivity, rollWindows } from "../tiers/windows.ts";
import { keptOf } from "./kept.ts";
import type { OrderState } from "./order-state.ts";
import { lotDates } from "./points-view.ts";

export type Counting = { at: Instant; source: Source };

/**
 * Books an order when it counts (`placed` or `completed`, as the program says): its points as lots, its spend and
 * number in the tier windows on that local day, and the tier that is reached then. What was returned before counts for nothing.
 */
export function countOrder(draft: MemberDraft, order: OrderState, { at, source }: Counting, context: DecideContext): void {
  const { program, now } = context;
  const { timeZone } = program.definition;
  const kept = keptOf(order, order.returned);
  const day = localDay(new Date(at), timeZone);
  order.countedAt = at;

  rollWindows(draft, program.windows, day);
  for (const { number, definition } of walletsOf(context)) {
    const points = kept.points.get(definition.id) ?? 0;
    if (points === 0) continue;
    const dates = lotDates(definition, at, timeZone);
    const lot = grantLot(
      draft,
      { wallet: number, points, kind: "accrual", occurredAt: at, ...dates, source, ruleSet: program.version },
      now,
    );
    order.lots = [...order.lots, lot];
    recordActivity(draft, program.windows, day, `points:${definition.id}`, points);
    draft.announce("points.accrued", at, { wallet: definition.id, points, orderId: order.id });
  }
  recordActivity(draft, program.windows, day, "spend", kept.spend);
  recordActivity(draft, program.windows, day, "orders", 1);
  upgradeIfReached(draft, program, day, { cause: "qualification", sourceId: order.id, occurredAt: at });
}
