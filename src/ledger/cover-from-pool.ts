import { LoyaltyError } from "../core/errors.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { NumberedWallet } from "../programs/decide-context.ts";
import { availableLots, byBurnOrder, freeOf } from "./lots.ts";
import { movePoints } from "./move.ts";
import { settle } from "./settle.ts";

/** A wallet whose owner may draw what is missing from others: in a household, and without debt, since nobody pays another's. */
const mayDraw = (draft: MemberDraft, { number, definition }: NumberedWallet): boolean =>
  draft.purse !== null && draft.wallet(number).debt === 0 && definition.kind !== "status";

/**
 * How many points of a wallet a member can spend, those of their household included. Nobody is changed by the question.
 * Units:   whole points.
 */
export function spendableOf(draft: MemberDraft, wallet: NumberedWallet, ruleSet: number): number {
  const { number } = wallet;
  const { available } = draft.wallet(number);
  const { purse } = draft;
  if (purse === null || !mayDraw(draft, wallet)) return available;
  const others = purse.look().filter(({ status }) => status === "active");
  for (const mate of others) settle(mate, purse.now, ruleSet);
  return others.reduce((sum, mate) => sum + mate.wallet(number).available, available);
}

/**
 * Draws what a member lacks of `points` from the others of their household, those points first that expire first whoever has them.
 * What is drawn becomes the member's own, with its dates. Does nothing where the member needs nobody, is in no household, may not
 * draw, or owes points: nobody pays another's debt.
 * Errors: insufficient_points when all of them together have fewer; nothing is drawn.
 */
export function coverFromPool(draft: MemberDraft, wallet: NumberedWallet, points: number, ruleSet: number): void {
  const { number, definition } = wallet;
  const { available } = draft.wallet(number);
  const { purse } = draft;
  if (purse === null || available >= points || !mayDraw(draft, wallet)) return;

  const mates = purse.mates().filter(({ status }) => status === "active");
  for (const mate of mates) settle(mate, purse.now, ruleSet);
  const lots = mates.flatMap((mate) => availableLots(mate, number).map((lot) => ({ mate, lot }))).sort((a, b) => byBurnOrder(a.lot, b.lot));
  const shares = new Map<MemberDraft, number>();
  let left = points - available;
  for (const { mate, lot } of lots) {
    const part = Math.min(left, freeOf(lot));
    if (part > 0) shares.set(mate, (shares.get(mate) ?? 0) + part);
    left -= part;
  }
  if (left > 0) {
    throw new LoyaltyError("insufficient_points", { wallet: definition.id, requested: points, spendable: points - left, missing: left });
  }
  const source = { kind: "pool", id: purse.poolId } as const;
  for (const [mate, part] of shares) {
    movePoints(mate, draft, { wallet: number, points: part, occurredAt: purse.now, source, ruleSet });
    mate.announce("points.drawn", purse.now, { wallet: definition.id, points: part, by: draft.id, poolId: purse.poolId });
  }
}
