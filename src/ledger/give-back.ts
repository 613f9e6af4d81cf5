import { assert } from "../core/assert.ts";
import { addPeriod, parsePeriod } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext, NumberedWallet } from "../programs/decide-context.ts";
import type { Source } from "./accounts.ts";
import { backInLots } from "./back-in-lots.ts";
import { editLot } from "./lots.ts";
import { post } from "./post.ts";
import type { Instant, LotUse } from "./state.ts";

export type GiveBack = {
  wallet: NumberedWallet;
  /** What the spend took from each lot, in the order taken. */
  uses: readonly LotUse[];
  /** How many of the points have been given back before. */
  alreadyBack: number;
  points: number;
  /** Where they went; absent is `redeemed`. */
  from?: "redeemed" | "adjusted";
  occurredAt: Instant;
  source: Source;
};

/** `expired` is what came back too late and is gone again; it is part of `points`. */
export type GivenBack = { points: number; expired: number };

/** The parts of `uses` that the next `points` come from: what was taken last comes back first. */
function partsToGiveBack(uses: readonly LotUse[], alreadyBack: number, points: number): LotUse[] {
  let skipped = alreadyBack;
  let left = points;
  const parts: LotUse[] = [];
  for (const use of uses.toReversed()) {
    const skip = Math.min(skipped, use.points);
    skipped -= skip;
    const part = Math.min(use.points - skip, left);
    if (part === 0) continue;
    left -= part;
    parts.push({ lot: use.lot, points: part });
  }
  assert(left === 0, "no more is given back than was spent");
  return parts;
}

/**
 * Gives back points of a spend, all or a part, to the very lots they came from: what was taken last, and so lives longest, comes
 * first. What the member owes is paid from them first. Of a lot whose date has passed they get a new date or expire at once, as the
 * wallet's `renewal` says. Needs the lots of `uses` loaded, settled.
 * Units:   whole points; 0 does nothing.
 */
export function giveBack(draft: MemberDraft, asked: GiveBack, { program, now }: DecideContext): GivenBack {
  const { wallet, points, from = "redeemed", occurredAt, source } = asked;
  if (points === 0) return { points: 0, expired: 0 };
  const { renewal } = wallet.definition;
  const renewedUntil =
    renewal === "none" ? undefined : addPeriod(new Date(now), parsePeriod(renewal), program.definition.timeZone).getTime();
  const uses = partsToGiveBack(asked.uses, asked.alreadyBack, points);
  for (const use of uses) refill(draft, use, now, renewedUntil);
  const movement = { wallet: wallet.number, occurredAt, source, ruleSet: program.version };
  post(draft, { ...movement, kind: "give_back", from, to: "available", points, uses });
  if (from === "redeemed") draft.editWallet(wallet.number).redeemedTotal -= points;
  const expired = backInLots(draft, { ...movement, lots: uses.map(({ lot }) => lot) }, { at: now, now });
  draft.announce("points.given_back", occurredAt, { wallet: wallet.definition.id, points, expired, source });
  return { points, expired };
}

/** `renewedUntil` is the new date of a lot whose date has passed; undefined leaves it. */
function refill(draft: MemberDraft, use: LotUse, now: Instant, renewedUntil: Instant | undefined): void {
  const lot = editLot(draft, use.lot);
  lot.remaining += use.points;
  if (lot.expiresAt <= now && renewedUntil !== undefined) lot.expiresAt = renewedUntil;
}
