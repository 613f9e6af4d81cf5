import { localDay } from "../core/period.ts";
import { releaseCoupons } from "../coupons/redeem-coupons.ts";
import type { Source } from "../ledger/accounts.ts";
import { clawBack } from "../ledger/claw-back.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import { recordOrders } from "../tiers/order-months.ts";
import { recordActivity } from "../tiers/windows.ts";
import { keptOf } from "./kept.ts";
import type { ReturnView } from "./order.ts";
import type { OrderState } from "./order-state.ts";
import { payBack } from "./pay-order.ts";

export type TakenBack = Pick<ReturnView, "lines" | "returnedNet" | "paidBack" | "clawedBack"> & {
  keptNet: number;
  /** True when nothing of the order is kept any more. */
  isAllBack: boolean;
};

/**
 * Takes units of an order back: what they were worth after discounts, the points they no longer earn, what they used of
 * caps and budgets, and their part in the tier windows on the day of the order they belong to; the coupons when all is back. A tier stays until the next review.
 *
 * What was paid with points is given back first, so that points clawed back come from them before the member owes any.
 *
 * Points clawed back are what was kept before less what is kept now, by the order's own rates and multipliers, so a
 * full return leaves none, in however many parts.
 */
export function takeBack(
  draft: MemberDraft,
  order: OrderState,
  units: ReadonlyMap<number, number>,
  { at, source }: { at: Instant; source: Source },
  context: DecideContext,
): TakenBack {
  const { program } = context;
  const { timeZone } = program.definition;
  const before = keptOf(order, order.returned);
  const returned = { ...order.returned };
  for (const [line, quantity] of units) returned[line] = (returned[line] ?? 0) + quantity;
  const after = keptOf(order, returned);
  order.returned = returned;
  const uses = order.decision.uses ?? [];
  draft.counters.giveBack(uses.map((use, index) => ({ ...use, amount: (before.uses[index] ?? 0) - (after.uses[index] ?? 0) })));
  const isAllBack = order.cart.lines.every(({ line, quantity }) => (returned[line] ?? 0) === quantity);
  if (isAllBack) releaseCoupons(draft, order, at);
  const returnedNet = before.net - after.net;
  const paidBack = payBack(draft, order, { before: before.paid, after: after.paid, returnedNet, source }, context);

  const clawedBack: ReturnView["clawedBack"] = [];
  if (order.countedAt !== null) {
    const day = localDay(new Date(order.countedAt), timeZone);
    const wallets = new Map(walletsOf(context).map((wallet) => [wallet.definition.id, wallet]));
    for (const [index, part] of before.points.entries()) {
      const due = part.points - (after.points[index]?.points ?? 0);
      const wallet = wallets.get(part.wallet);
      if (due === 0 || wallet === undefined) continue;
      const { number, definition } = wallet;
      const taken = clawBack(draft, {
        wallet: number,
        points: due,
        ownLots: order.lots.filter((seq) => draft.lots.get(seq)?.rule === part.rule),
        policy: definition.clawback,
        debtLimit: definition.debtLimit,
        occurredAt: at,
        source,
        ruleSet: program.version,
      });
      addClawback(clawedBack, { wallet: definition.id, ...taken });
      recordActivity(draft, program.windows, day, `points:${definition.id}`, -taken.points);
      if (taken.points > 0) draft.announce("points.clawed_back", at, { wallet: definition.id, orderId: order.id, ...taken });
    }
    recordActivity(draft, program.windows, day, "spend", after.spend - before.spend);
    if (isAllBack) recordOrders(draft, program, day, -1);
  }

  const lines = [...units].map(([line, quantity]) => ({
    line,
    quantity,
    net: (before.netByLine.get(line) ?? 0) - (after.netByLine.get(line) ?? 0),
  }));
  return { lines, returnedNet, ...(paidBack !== undefined && { paidBack }), clawedBack, keptNet: after.net, isAllBack };
}

/** One entry a wallet, whatever lots it was taken from. */
function addClawback(clawedBack: ReturnView["clawedBack"], { wallet, points, debt, writtenOff }: ReturnView["clawedBack"][number]): void {
  const same = clawedBack.find((own) => own.wallet === wallet);
  if (same === undefined) {
    clawedBack.push({ wallet, points, debt, writtenOff });
    return;
  }
  same.points += points;
  same.debt += debt;
  same.writtenOff += writtenOff;
}
