import type { z } from "zod";
import { assert } from "../core/assert.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { toInstant } from "../ledger/rows.ts";
import { type Instant, isoOrNull } from "../ledger/state.ts";
import { findMemberKey } from "../members/store.ts";
import type { RuleTrace } from "../rules/decision.ts";
import { decidedParts, type PointsPart, partKey } from "../rules/points-parts.ts";
import { cartFacts } from "./cart-facts.ts";
import type { OrderView, PointsView } from "./order.ts";
import { decidedCartView } from "./order-view.ts";
import { findOrder, listOrders, listReturns, type OrderLot, type OrderPosition, type StoredOrder, selectOrderLots } from "./store.ts";
import type { ExplanationSchema } from "./trace-schemas.ts";
import type { OrderSchema, OrderWithReturnsSchema } from "./view-schemas.ts";

export type OrderAnswer = z.output<typeof OrderSchema>;

/** The view of an order that exists: it has an id, and no quote's status. */
export function placedOrder({ id, status, ...view }: OrderView): OrderAnswer {
  assert(id !== null && status !== "quoted", "an order that the write path answers is placed");
  return { id, status, ...view };
}

/** The lots of an order's or event's points by the key of the part that they are. */
export type LotsByPart = ReadonlyMap<string, OrderLot>;

const namesOf = ({ wallet, rule, rules }: PointsPart): Pick<PointsView, "wallet" | "rules" | "rule"> => ({
  wallet,
  rules,
  ...(rule !== null && { rule }),
});

/** Points of an order or an event as their lot is. */
export const pointsOfPart = (part: PointsPart, lots: LotsByPart, now: Instant): PointsView => ({
  ...namesOf(part),
  ...pointsOfLot(lots.get(partKey(part)), now),
});

function pointsOfLot(lot: OrderLot | undefined, now: Instant): Omit<PointsView, "wallet" | "rules" | "rule"> {
  if (lot === undefined) return { amount: 0, status: "available", availableAt: null, expiresAt: null };
  const availableAt = toInstant(lot.available_at);
  return {
    amount: lot.granted,
    status: lot.is_pending && availableAt > now ? "pending" : "available",
    availableAt: isoOrNull(availableAt),
    expiresAt: isoOrNull(toInstant(lot.expires_at)),
  };
}

/** Points as they stand: expected until the order counts, none where it ended before, then as their lots are. */
function currentPoints({ status, counted_at, decision }: StoredOrder, lots: LotsByPart, now: Instant): PointsView[] {
  const hasEnded = status === "cancelled" || status === "returned";
  if (counted_at === null && hasEnded) return [];
  return decidedParts(decision).map((part) => {
    if (counted_at !== null) return pointsOfPart(part, lots, now);
    return { ...namesOf(part), amount: part.points, status: "expected", availableAt: null, expiresAt: null };
  });
}

export function storedOrderView(row: StoredOrder, lots: LotsByPart, now: Instant): OrderAnswer {
  const { cart, decision, status } = row;
  const { tier, balance } = row.answer;
  const points = currentPoints(row, lots, now);
  return placedOrder({ ...decidedCartView({ id: row.order_id, status, cart, decision, tier, balance, points }), memberId: row.member_id });
}

export function lotsOf(
  row: Pick<StoredOrder, "lots">,
  lots: ReadonlyMap<number, OrderLot>,
  walletNames: ReadonlyMap<number, string>,
): LotsByPart {
  const own = row.lots.map((seq) => lots.get(Number(seq))).filter((lot) => lot !== undefined);
  return new Map(own.map((lot) => [partKey({ wallet: walletNames.get(lot.wallet) ?? "", rule: lot.rule }), lot]));
}

/** Errors: order_not_found. */
export async function readOrder(
  deps: ReadDeps,
  { programId }: ProgramContext,
  orderId: string,
): Promise<z.output<typeof OrderWithReturnsSchema>> {
  const { byNumber } = await deps.programs.walletNumbers(programId);
  return inProgram(deps.pool, programId, async (tx) => {
    const row = await findOrder(tx, programId, orderId);
    const lots = await selectOrderLots(tx, programId, [row]);
    const returns = await listReturns(tx, programId, row);
    return { ...storedOrderView(row, lotsOf(row, lots, byNumber), deps.now().getTime()), returns };
  });
}

export type OrdersQuery = { memberId: string; before: OrderPosition | undefined; limit: number };
export type PositionedOrder = { position: OrderPosition; order: OrderAnswer };

/** Errors: member_not_found. */
export async function readOrders(deps: ReadDeps, { programId }: ProgramContext, query: OrdersQuery): Promise<PositionedOrder[]> {
  const { byNumber } = await deps.programs.walletNumbers(programId);
  const now = deps.now().getTime();
  return inProgram(deps.pool, programId, async (tx) => {
    const memberKey = await findMemberKey(tx, programId, query.memberId);
    const rows = await listOrders(tx, programId, { memberKey, before: query.before, limit: query.limit });
    const lots = await selectOrderLots(tx, programId, rows);
    return rows.map((row) => ({
      position: { occurredAt: row.occurred_at.toISOString(), orderId: row.order_id },
      order: storedOrderView(row, lotsOf(row, lots, byNumber), now),
    }));
  });
}

export type ExplanationView = z.output<typeof ExplanationSchema>;

/** Errors: order_not_found. */
export async function readExplanation(deps: ReadDeps, { programId }: ProgramContext, orderId: string): Promise<ExplanationView> {
  const { cart, decision, member_id: memberId } = await inProgram(deps.pool, programId, (tx) => findOrder(tx, programId, orderId));
  const { ruleSet, tier } = decision;
  const rules = decision.at === undefined ? decision.trace : await fullTrace();
  return { id: orderId, memberId, ruleSet, tier, rules };

  /** A version is never changed: the rules that the trace leaves out say today what they would have said then. */
  async function fullTrace(): Promise<RuleTrace[]> {
    const program = await deps.programs.at(programId, ruleSet);
    return program.explainOrder(decision, cartFacts(cart));
  }
}
