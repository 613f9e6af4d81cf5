import type { CartFacts, Decision, EventFacts, MemberFacts, RuleTrace } from "../rules/decision.ts";
import type { CountedEvent } from "../rules/limits/candidates.ts";
import type { Counter, UsedCounters } from "../rules/limits/counter.ts";
import type { CompiledSchedule } from "../rules/schedules/compiled-schedule.ts";
import type { MemberDay } from "../rules/trigger.ts";
import type { UpcomingStart } from "../rules/upcoming.ts";
import type { WindowKey } from "../tiers/qualification.ts";
import type { ProgramDefinition } from "./definition.ts";
import type { DataCheck } from "./event-data/event-data.ts";

/** A rule set that is ready to decide: made once per version and shared by all requests. */
export type CompiledProgram = {
  version: number;
  definition: ProgramDefinition;
  /** The metric windows that the program's tiers and conditions look at. */
  windows: readonly WindowKey[];
  /** Those of them that conditions read. */
  sums: readonly WindowKey[];
  /** True when a rule looks at the lists that the member is on. */
  readsSegments: boolean;
  /** True when a rule looks at the member's attributes or birth date, so that the write path knows to load the profile. */
  readsProfile: boolean;
  /** When rewards can be redeemed, by their ids; of those that say so. */
  rewardSchedules: ReadonlyMap<string, CompiledSchedule>;
  /** The types of events that the program declares, with what checks their data. */
  events: ReadonlyMap<string, DataCheck>;
  /**
   * Decides one cart. Pure: equal arguments give equal decisions, whatever the order in which the file lists its rules.
   * `now` is the order's `occurredAt`.
   * `used` is what limits have let through before; without it nothing.
   * Errors: amount_out_of_range when a sum leaves ±(2^53 − 1).
   */
  decideOrder(member: MemberFacts, cart: CartFacts, now: Date, used?: UsedCounters): Decision;
  /** What each rule said of a cart that this rule set has decided, also where the decision's trace leaves rules out. */
  explainOrder(decision: Decision, cart: CartFacts): RuleTrace[];
  /** Decides one event, whose data has been checked; as `decideOrder`, with `now` the event's `occurredAt`. */
  decideEvent(member: MemberFacts, event: EventFacts, now: Date, used?: UsedCounters): Decision;
  /** The days of members that set off a rule which may apply at an instant. */
  memberDaysAt(now: Date): readonly MemberDay[];
  /** The starts of rules that are to be announced at an instant. */
  upcoming(now: Date): UpcomingStart[];
  /**
   * The counters that a decision at an instant may ask, on an order or on an event: all that `used` must know.
   * Empty where nothing is limited.
   */
  countersAt(now: Date, event?: CountedEvent): readonly Counter[];
};
