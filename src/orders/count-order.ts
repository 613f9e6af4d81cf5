import { localDay } from "../core/period.ts";
import { grantCoupons } from "../coupons/grant-coupons.ts";
import type { Source } from "../ledger/accounts.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import { upgradeIfReached } from "../tiers/change-tier.ts";
import { grantTiers } from "../tiers/grant-tiers.ts";
import { recordOrders } from "../tiers/order-months.ts";
import { reachGoals } from "../tiers/upgrades.ts";
import { recordActivity, rollWindows } from "../tiers/windows.ts";
import { bookPoints } from "./book-points.ts";
import { keptOf } from "./kept.ts";
import type { OrderState } from "./order-state.ts";

export type Counting = { at: Instant; source: Source };

/**
 * Books an order when it counts (`placed` or `completed`, as the program says): its points as lots, its spend and
 * number in the tier windows on that local day, and the tier that is reached then. What was returned before counts for nothing.
 */
export function countOrder(draft: MemberDraft, order: OrderState, { at, source }: Counting, context: CommandContext): void {
  const { program } = context;
  const { timeZone } = program.definition;
  const kept = keptOf(order, order.returned);
  const day = localDay(new Date(at), timeZone);
  order.countedAt = at;

  rollWindows(draft, program.windows, day);
  const names = { orderId: order.id };
  order.lots = [...order.lots, ...bookPoints(draft, kept.points, { at, order, day, source, names }, context)];
  grantCoupons(draft, order.decision, at, { cause: "order", sourceId: order.id, names }, context);
  recordActivity(draft, program.windows, day, "spend", kept.spend);
  recordOrders(draft, program, day, 1);
  const cause = { sourceId: order.id, occurredAt: at };
  upgradeIfReached(draft, program, day, { ...cause, cause: "qualification" });
  reachGoals(draft, program, day, cause);
  grantTiers(draft, program, order.decision.effects, cause);
}
