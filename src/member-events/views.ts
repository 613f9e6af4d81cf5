import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import type { Instant } from "../ledger/state.ts";
import { findMemberKey } from "../members/store.ts";
import { selectOrderLots } from "../orders/store.ts";
import { type ExplanationView, type LotsByPart, lotsOf, pointsOfPart } from "../orders/views.ts";
import { decidedParts } from "../rules/points-parts.ts";
import type { EventView } from "./event.ts";
import { eventView } from "./event-view.ts";
import { type EventPosition, findEvent, listEvents, type StoredEvent } from "./store.ts";

/** An event with its points as they stand. */
function currentView(row: StoredEvent, lots: LotsByPart, now: Instant): EventView {
  const event = { ...row, id: row.event_id, occurredAt: row.occurred_at.getTime(), lots: row.lots.map(Number) };
  const points = decidedParts(row.decision).map((part) => pointsOfPart(part, lots, now));
  return { ...eventView(row.member_id, event), points };
}

/** Errors: event_not_found. */
export async function readEvent(deps: ReadDeps, { programId }: ProgramContext, eventId: string): Promise<EventView> {
  const { byNumber } = await deps.programs.walletNumbers(programId);
  return inProgram(deps.pool, programId, async (tx) => {
    const row = await findEvent(tx, programId, eventId);
    const lots = await selectOrderLots(tx, programId, [row]);
    return currentView(row, lotsOf(row, lots, byNumber), deps.now().getTime());
  });
}

/** Errors: event_not_found. */
export async function readEventExplanation(deps: ReadDeps, { programId }: ProgramContext, eventId: string): Promise<ExplanationView> {
  const { member_id, decision } = await inProgram(deps.pool, programId, (tx) => findEvent(tx, programId, eventId));
  return { id: eventId, memberId: member_id, ruleSet: decision.ruleSet, tier: decision.tier, rules: decision.trace };
}

export type EventsOfMember = { memberId: string; before: EventPosition | undefined; limit: number };
export type PositionedEvent = { position: EventPosition; event: EventView };

/** Errors: member_not_found. */
export async function readEvents(deps: ReadDeps, { programId }: ProgramContext, query: EventsOfMember): Promise<PositionedEvent[]> {
  const { byNumber } = await deps.programs.walletNumbers(programId);
  const now = deps.now().getTime();
  return inProgram(deps.pool, programId, async (tx) => {
    const memberKey = await findMemberKey(tx, programId, query.memberId);
    const rows = await listEvents(tx, programId, { memberKey, before: query.before, limit: query.limit });
    const lots = await selectOrderLots(tx, programId, rows);
    return rows.map((row) => ({
      position: { occurredAt: row.occurred_at.toISOString(), eventId: row.event_id },
      event: currentView(row, lotsOf(row, lots, byNumber), now),
    }));
  });
}
