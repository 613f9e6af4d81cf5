import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import type { HoldState, Instant } from "../ledger/state.ts";
import type { StoredHoldView } from "./commands.ts";

/** A hold at `now`: one whose time is over is shown so whether that was booked or not, as balances do. */
export function holdView(
  hold: Readonly<HoldState>,
  { memberId, wallet, now }: { memberId: string; wallet: string; now: Instant },
): StoredHoldView {
  const { id, points, captured, reason, createdAt, expiresAt } = hold;
  const isOver = hold.status === "open" && expiresAt <= now;
  const status = isOver ? "expired" : hold.status;
  const resolvedAt = isOver ? expiresAt : hold.resolvedAt;
  return {
    id,
    memberId,
    wallet,
    points,
    status,
    captured,
    released: status === "open" ? 0 : points - captured,
    reason,
    createdAt: isoText(createdAt),
    expiresAt: isoText(expiresAt),
    resolvedAt: isoTextOrNull(resolvedAt),
  };
}
