import { isoText } from "../core/iso-text.ts";
import type { EventView, RecordedEvent } from "./event.ts";

/** An event with the tier and balance that it left, as it was answered the first time. */
export function eventView(memberId: string, { id, type, occurredAt, data, decision, answer }: RecordedEvent): EventView {
  const { points, tier, balance } = answer;
  const { effects, ruleSet } = decision;
  return { id, memberId, type, occurredAt: isoText(occurredAt), data, points, effects, tier, balance, ruleSet };
}
