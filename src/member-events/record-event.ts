import { localDay } from "../core/period.ts";
import { grantCoupons } from "../coupons/grant-coupons.ts";
import { settle } from "../ledger/settle.ts";
import type { Instant } from "../ledger/state.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { bookPoints } from "../orders/book-points.ts";
import { memberFacts } from "../orders/cart-facts.ts";
import { standingAt } from "../orders/decide-cart.ts";
import { pointsView } from "../orders/points-view.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { EventFacts } from "../rules/decision.ts";
import { decidedParts } from "../rules/points-parts.ts";
import { upgradeIfReached } from "../tiers/change-tier.ts";
import { grantTiers } from "../tiers/grant-tiers.ts";
import { reachGoals } from "../tiers/upgrades.ts";
import { recordActivity, rollWindows, sumsBefore } from "../tiers/windows.ts";
import type { EventView } from "./event.ts";
import { eventView } from "./event-view.ts";

/**
 * Records an event of an active member, whose data has been checked, and what the rules on its type give, as of the time at which it
 * happened: its points, its place in the tier windows of that local day, and the tier that is reached with it.
 * Errors: amount_out_of_range; nothing changes.
 */
export function recordEvent(
  draft: MemberDraft,
  { occurredAt, ...facts }: EventFacts & { occurredAt: Instant },
  context: CommandContext,
): EventView {
  const { program, now } = context;
  const { id, type, data } = facts;
  settle(draft, now, program.version);

  const day = localDay(new Date(occurredAt), program.definition.timeZone);
  const standing = standingAt(draft, program, occurredAt);
  const sums = sumsBefore(draft, { read: program.sums, running: program.windows }, day);
  const decision = program.decideEvent(memberFacts(draft, { standing, sums }), facts, new Date(occurredAt), draft.counters);
  draft.counters.take(decision.uses ?? []);
  draft.announce("event.recorded", occurredAt, { eventId: id, type });

  const names = { eventId: id };
  rollWindows(draft, program.windows, day);
  const parts = decidedParts(decision);
  const lots = bookPoints(draft, parts, { at: occurredAt, day, source: { kind: "event", id }, names }, context);
  grantCoupons(draft, decision, occurredAt, { cause: "event", sourceId: id, names }, context);
  recordActivity(draft, program.windows, day, `events:${type}`, 1);
  const cause = { sourceId: id, occurredAt };
  upgradeIfReached(draft, program, day, { ...cause, cause: "qualification" });
  reachGoals(draft, program, day, cause);
  grantTiers(draft, program, decision.effects, cause);

  const answer = {
    tier: { before: standing.tier, after: draft.tier },
    balance: balanceSummary(draft, context),
    points: pointsView(program, parts, { at: occurredAt }, now),
  };
  const event = { id, type, occurredAt, data, decision, answer, lots };
  draft.rows.memberEvents.push(event);
  return eventView(draft.id, event);
}
