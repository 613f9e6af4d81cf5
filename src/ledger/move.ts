import type { MemberDraft } from "../members/member-draft.ts";
import type { Source } from "./accounts.ts";
import { grantLot } from "./grant.ts";
import { spendFromLots } from "./lots.ts";
import { post } from "./post.ts";
import type { Instant } from "./state.ts";

export type Move = {
  /** Number of the wallet. */
  wallet: number;
  points: number;
  occurredAt: Instant;
  source: Source;
  ruleSet: number;
};

/**
 * Moves available points of one member to another, those that expire first. They arrive as lots that live no longer than those they
 * come from, one a date, and pay first what the receiver owes. Nothing counts as spent by the one or as accrued by the other.
 * Needs both members settled, and the giver's open lots, which hold `points`.
 * Units:   whole points, above 0; `occurredAt` is the engine's clock.
 */
export function movePoints(from: MemberDraft, to: MemberDraft, { wallet, points, occurredAt, source, ruleSet }: Move): void {
  const uses = spendFromLots(from, wallet, points);
  const movement = { wallet, occurredAt, source, ruleSet };
  post(from, { ...movement, kind: "transfer_out", from: "available", to: "clearing", points, uses });

  const byExpiry = new Map<Instant, number>();
  for (const use of uses) {
    const expiresAt = from.lots.get(use.lot)?.expiresAt ?? occurredAt;
    byExpiry.set(expiresAt, (byExpiry.get(expiresAt) ?? 0) + use.points);
  }
  for (const [expiresAt, part] of byExpiry) {
    grantLot(to, { ...movement, kind: "transfer_in", points: part, availableAt: occurredAt, expiresAt }, occurredAt);
  }
}
