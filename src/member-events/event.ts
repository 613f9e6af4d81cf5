import type { BalanceSummary } from "../ledger/balance.ts";
import type { Instant } from "../ledger/state.ts";
import type { PointsView } from "../orders/order.ts";
import type { Decision, EffectDecision, EventFacts } from "../rules/decision.ts";

/** What the first answer said beyond the decision; kept so that a replay answers the same. */
export type EventAnswer = { tier: { before: string; after: string }; balance: BalanceSummary; points: PointsView[] };

/** An event of a member: a row of `member_events`. It never changes. */
export type RecordedEvent = {
  id: string;
  type: string;
  occurredAt: Instant;
  data: EventFacts["data"];
  decision: Decision;
  answer: EventAnswer;
  /** Lots that its points went into. */
  lots: number[];
};

/** An event as the API answers it. */
export type EventView = {
  id: string;
  memberId: string;
  type: string;
  occurredAt: string;
  data: EventFacts["data"];
  points: PointsView[];
  effects: EffectDecision[];
  tier: { before: string; after: string };
  balance: BalanceSummary;
  ruleSet: number;
};
