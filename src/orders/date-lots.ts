import { dateLot, isUndated } from "../ledger/date-lot.ts";
import type { Instant, LotState } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import type { PointsTerms } from "../rules/decision.ts";
import { partOfRule } from "../rules/points-parts.ts";
import { datesFrom, policiesOf, waitOf } from "./lot-dates.ts";
import type { OrderState } from "./order-state.ts";

/** A step that an order has taken, and when. */
export type Step = { at: Instant; step: "completed" | "confirm" };

/**
 * Dates the points of an order that have waited for a step, by the policies of the version in force or the terms that their rule
 * had when it gave them. A confirmation ends
 * every wait, so that a changed policy leaves no points behind; a completion all but those that wait for a confirmation.
 * Answers: the lots that it dated.
 */
export function dateLots(draft: MemberDraft, order: OrderState, { at, step }: Step, context: DecideContext): LotState[] {
  const { program, now } = context;
  const dated: LotState[] = [];
  for (const { number, definition } of walletsOf(context)) {
    for (const seq of order.lots) {
      const lot = draft.lots.get(seq);
      if (lot === undefined || lot.wallet !== number || !isUndated(lot)) continue;
      const policies = policiesOf(definition, termsOf(order, definition.id, lot.rule));
      const wait = waitOf(policies);
      if (step === "completed" && wait.step === "confirm") continue;
      const from = Math.max(at, lot.occurredAt);
      const dates = datesFrom(policies, from, step === "confirm" ? "none" : wait.period, program.definition.timeZone);
      dated.push({ ...lot, ...dates });
      dateLot(draft, seq, { ...dates, ruleSet: program.version }, now);
    }
  }
  return dated;
}

function termsOf({ decision }: OrderState, wallet: string, rule: string | null): PointsTerms {
  const accrual = decision.accruals.find((own) => own.wallet === wallet);
  if (rule === null || accrual === undefined) return {};
  return partOfRule(accrual, rule)?.terms ?? {};
}
