import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import type { Instant } from "../ledger/state.ts";
import type { StoredCode } from "./code-store.ts";

export type CouponCodeView = Pick<StoredCode, "code" | "coupon" | "batch" | "maxUses" | "maxUsesPerMember" | "used"> & {
  label: string;
  status: "not_started" | "valid" | "expired" | "used_up" | "revoked";
  left: number;
  validFrom: string;
  validUntil: string | null;
  createdAt: string;
  /** Absent while it is not revoked. */
  revoked?: { at: string; reason: string; actor: string | null } | undefined;
};

function statusAt({ revoked, maxUses, used, validFrom, validUntil }: StoredCode, now: Instant): CouponCodeView["status"] {
  if (revoked !== null) return "revoked";
  if (validUntil !== null && now >= validUntil) return "expired";
  if (used >= maxUses) return "used_up";
  return now < validFrom ? "not_started" : "valid";
}

/** A code as it stands at an instant. `label` is that of its coupon in the version in force, which may no longer have it. */
export function couponCodeView(stored: StoredCode, label: string | undefined, now: Instant): CouponCodeView {
  const { code, coupon, batch, maxUses, maxUsesPerMember, used, validFrom, validUntil, createdAt, revoked } = stored;
  return {
    code,
    coupon,
    label: label ?? coupon,
    batch,
    status: statusAt(stored, now),
    maxUses,
    maxUsesPerMember,
    used,
    left: Math.max(0, maxUses - used),
    validFrom: isoText(validFrom),
    validUntil: isoTextOrNull(validUntil),
    createdAt: isoText(createdAt),
    ...(revoked !== null && { revoked: { ...revoked, at: isoText(revoked.at) } }),
  };
}
