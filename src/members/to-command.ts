import type { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import type { EnrolMember, OpenBalance, UpdateMember } from "./commands.ts";
import type { EnrolMemberBody, UpdateMemberBody } from "./schemas.ts";

/** The same for a request and for a line of an import, so that each is a replay of the other. */
export function toEnrolMember(body: z.output<typeof EnrolMemberBody>): EnrolMember {
  const { id, enrolledAt, displayName, email, phone, birthDate, attributes } = body;
  const profile = { displayName, email, phone, birthDate, attributes };
  return { kind: "enrol_member", memberId: id, hash: canonicalHash({ id, enrolledAt, ...profile }), enrolledAt, profile };
}

export function toUpdateMember(memberId: string, { status, ...profile }: z.output<typeof UpdateMemberBody>): UpdateMember {
  return { kind: "update_member", memberId, status, profile };
}

type OpeningBody = Omit<OpenBalance, "kind" | "openingId" | "hash"> & { id: string };

export function toOpenBalance({ id, memberId, occurredAt, lots, tier, totals }: OpeningBody): OpenBalance {
  const hash = canonicalHash({ id, memberId, occurredAt, lots, tier, totals });
  return { kind: "open_balance", openingId: id, hash, memberId, occurredAt, lots, tier, totals };
}
