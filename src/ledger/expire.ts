import type { MemberDraft } from "../members/member-draft.ts";
import { freeOf } from "./lots.ts";
import { post } from "./post.ts";
import type { Instant } from "./state.ts";

/** Books what is free of a lot as expired, and answers how much that was. */
export function expire(draft: MemberDraft, seq: number, at: Instant, ruleSet: number): number {
  const lot = draft.lots.edit(seq);
  if (lot === undefined || freeOf(lot) === 0) return 0;
  const points = freeOf(lot);
  lot.remaining -= points;
  lot.expired += points;
  draft.editWallet(lot.wallet).expiredTotal += points;
  post(draft, {
    wallet: lot.wallet,
    kind: "expiry",
    from: lot.isPending ? "pending" : "available",
    to: "breakage",
    points,
    occurredAt: at,
    ruleSet,
    source: { kind: "expiry", id: String(seq) },
    uses: [{ lot: seq, points }],
  });
  draft.announce("points.expired", at, { lot: seq, points });
  return points;
}
