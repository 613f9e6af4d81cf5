import { assert } from "../core/assert.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { expire } from "./expire.ts";
import { activate } from "./settle.ts";
import { type Instant, type LotState, NEVER } from "./state.ts";

/** Points that wait for something without a date. */
export const isUndated = (lot: LotState): boolean => lot.isPending && lot.availableAt === NEVER && lot.remaining > 0;

/**
 * Gives a lot that waits without a date the dates of its policies, and books what is due by them already.
 * `now` is the engine's clock.
 */
export function dateLot(
  draft: MemberDraft,
  seq: number,
  { availableAt, expiresAt, ruleSet }: { availableAt: Instant; expiresAt: Instant; ruleSet: number },
  now: Instant,
): void {
  const lot = draft.lots.edit(seq);
  assert(lot !== undefined && isUndated(lot), "a lot that gets its dates had none");
  lot.availableAt = availableAt;
  lot.expiresAt = expiresAt;
  if (availableAt <= now && availableAt < expiresAt) activate(draft, lot, availableAt, ruleSet);
  if (expiresAt <= now) expire(draft, seq, expiresAt, ruleSet);
  else draft.nextChangeAt = Math.min(draft.nextChangeAt, lot.isPending ? availableAt : NEVER, expiresAt);
}
