import { LoyaltyError, refuseField } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { localDay } from "../core/period.ts";
import { grantCoupons } from "../coupons/grant-coupons.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { enrol, requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { bookPoints } from "../orders/book-points.ts";
import { memberFacts } from "../orders/cart-facts.ts";
import { standingAt } from "../orders/decide-cart.ts";
import { pointsView } from "../orders/points-view.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import { decidedParts } from "../rules/points-parts.ts";
import { upgradeIfReached } from "../tiers/change-tier.ts";
import { grantTiers } from "../tiers/grant-tiers.ts";
import { reachGoals } from "../tiers/upgrades.ts";
import { recordActivity, rollWindows, sumsBefore } from "../tiers/windows.ts";
import type { RecordEvent } from "./commands.ts";
import type { EventView } from "./event.ts";
import { eventView } from "./event-view.ts";

/** Errors: event_type_unknown; event_data_invalid at each place in the data that its type does not take. */
function checkEvent({ type, data }: RecordEvent, { events }: CompiledProgram): void {
  const check = events.get(type);
  if (check === undefined) throw refuseField("event_type_unknown", "/type", `the program declares no event "${type}"`, { type });
  const problems = check(data).map((problem) => ({ ...problem, pointer: `/data${problem.pointer}` }));
  if (problems.length > 0) throw new LoyaltyError("event_data_invalid", { type }, problems);
}

/**
 * Records an event of a member and what the rules on its type give, as of the time at which it happened: its points, its
 * place in the tier windows of that local day, and the tier that is reached with it.
 * Errors: member_not_found, member_not_active, occurred_in_future, event_type_unknown, event_data_invalid,
 *         amount_out_of_range; nothing changes.
 */
export function decideRecordEvent(draft: MemberDraft, command: RecordEvent, context: CommandContext): EventView {
  const { program, now } = context;
  const { eventId: id, type, data } = command;
  const occurredAt = occurredAtOf(command.occurredAt, now);
  checkEvent(command, program);
  if (draft.status === "placeholder" && program.definition.autoEnroll) enrol(draft, program, occurredAt);
  requireActive(draft);
  settle(draft, now, program.version);

  const day = localDay(new Date(occurredAt), program.definition.timeZone);
  const standing = standingAt(draft, program, occurredAt);
  const sums = sumsBefore(draft, { read: program.sums, running: program.windows }, day);
  const decision = program.decideEvent(memberFacts(draft, { standing, sums }), { id, type, data }, new Date(occurredAt), draft.counters);
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
