import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import type { Instant } from "../ledger/state.ts";

/** How many codes one batch has at most. A batch is one file: more codes are several. */
export const CODES_MAX = 1_000_000;

/** Codes that were made together and have the same terms: generated, or a shop's own that are imported in parts. */
export type CouponBatch = {
  id: string;
  /** The id of its definition. */
  coupon: string;
  kind: "generated" | "imported";
  /** Before the drawn characters of each code. */
  prefix: string;
  /** Orders that may use each code, and orders of one member; null is as many as may use it at all. */
  maxUses: number;
  maxUsesPerMember: number | null;
  validFrom: Instant;
  /** The first instant at which its codes are no longer valid; null is never. */
  validUntil: Instant | null;
  /** How many were asked for; null where they are imported. */
  codes: number | null;
  /** How many are there. */
  written: number;
  createdAt: Instant;
  /** When all that were asked for were there. */
  finishedAt: Instant | null;
  revoked: { at: Instant; reason: string; actor: string | null } | null;
  /** Of the body that made it. */
  requestHash: string;
};

/** What is used of a batch: how many orders use its codes, and how many of its codes any order uses. */
export type BatchUses = { uses: number; usedCodes: number };

export type CouponBatchView = Pick<
  CouponBatch,
  "id" | "coupon" | "kind" | "prefix" | "maxUses" | "maxUsesPerMember" | "codes" | "written"
> & {
  label: string;
  status: "writing" | "ready" | "revoked";
  validFrom: string;
  validUntil: string | null;
  createdAt: string;
  finishedAt: string | null;
  /** Absent while it is not revoked. */
  revoked?: { at: string; reason: string; actor: string | null } | undefined;
  /** Of a batch that is read by itself. */
  used?: { orders: number; codes: number } | undefined;
};

function statusOf({ kind, finishedAt, revoked }: CouponBatch): CouponBatchView["status"] {
  if (revoked !== null) return "revoked";
  return kind === "generated" && finishedAt === null ? "writing" : "ready";
}

/** A batch as it is answered. `label` is that of its coupon in the version in force, which may no longer have it. */
export function couponBatchView(batch: CouponBatch, label: string | undefined, used?: BatchUses): CouponBatchView {
  const { id, coupon, kind, prefix, maxUses, maxUsesPerMember, validFrom, validUntil, codes, written, createdAt, finishedAt, revoked } =
    batch;
  return {
    id,
    coupon,
    label: label ?? coupon,
    kind,
    status: statusOf(batch),
    codes,
    written,
    prefix,
    maxUses,
    maxUsesPerMember,
    validFrom: isoText(validFrom),
    validUntil: isoTextOrNull(validUntil),
    createdAt: isoText(createdAt),
    finishedAt: isoTextOrNull(finishedAt),
    ...(revoked !== null && { revoked: { ...revoked, at: isoText(revoked.at) } }),
    ...(used !== undefined && { used: { orders: used.uses, codes: used.usedCodes } }),
  };
}
