import { assert } from "../core/assert.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { backInLots } from "./back-in-lots.ts";
import { editLot } from "./lots.ts";
import { post } from "./post.ts";
import type { HoldState, Instant, LotUse } from "./state.ts";

export type HoldResolution = {
  status: Exclude<HoldState["status"], "open">;
  /** Whole points, at most those that are held; the rest is freed. */
  captured: number;
  at: Instant;
  now: Instant;
  ruleSet: number;
};

/** The first `points` of `uses`, and the rest of them. */
function split(uses: readonly LotUse[], points: number): [LotUse[], LotUse[]] {
  const first: LotUse[] = [];
  const rest: LotUse[] = [];
  let left = points;
  for (const { lot, points: held } of uses) {
    const part = Math.min(held, left);
    left -= part;
    if (part > 0) first.push({ lot, points: part });
    if (held > part) rest.push({ lot, points: held - part });
  }
  return [first, rest];
}

/**
 * Ends an open hold: spends what is captured, those points first that expire first, and frees the rest. Freed points pay what the
 * member owes first, and expire at once where their date has passed. Needs the lots of the hold loaded.
 */
export function resolveHold(draft: MemberDraft, holdId: string, { status, captured, at, now, ruleSet }: HoldResolution): void {
  const hold = draft.holds.edit(holdId);
  assert(hold?.status === "open", "only an open hold is resolved");
  assert(captured <= hold.points, "no more is captured than is held");
  const [spent, freed] = split(hold.uses, captured);
  Object.assign(hold, { status, captured, resolvedAt: at });
  const { wallet } = hold;
  const movement = { wallet, from: "held", occurredAt: at, source: { kind: "hold", id: holdId }, ruleSet } as const;
  for (const { lot: seq, points } of spent) editLot(draft, seq).remaining -= points;
  for (const { lot: seq, points } of hold.uses) editLot(draft, seq).held -= points;
  if (captured > 0) {
    post(draft, { ...movement, kind: "capture", to: "redeemed", points: captured, uses: spent });
    draft.editWallet(wallet).redeemedTotal += captured;
  }
  const released = hold.points - captured;
  if (released > 0) {
    post(draft, { ...movement, kind: "release", to: "available", points: released, uses: freed });
    backInLots(draft, { ...movement, lots: freed.map(({ lot }) => lot) }, { at, now });
  }
  draft.announce(`hold.${status}`, at, { holdId, captured, released });
}
