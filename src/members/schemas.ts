import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { Attributes, CalendarDate, CallerId, Instant, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema, TierId } from "../ledger/schemas.ts";
import type { MemberView } from "./member.ts";

const DisplayName = SafeText(200).meta({ description: "How the shop addresses the member", example: "Ada" });
const Email = z.email().max(254).meta({ description: "E-mail address", example: "ada@example.com" });
const Phone = z
  .string()
  .regex(/^\+?[0-9]{4,20}$/, "4 to 20 digits, with or without a leading +")
  .meta({ description: "Telephone number: digits with an optional leading +", example: "+447700900123" });
const BirthDate = CalendarDate.meta({ description: "Date of birth", example: "1990-06-10" });

const profileShape = {
  displayName: DisplayName.optional(),
  email: Email.optional(),
  phone: Phone.optional(),
  birthDate: BirthDate.optional(),
  attributes: Attributes.optional(),
};

/** The fields of an enrolment, for the body and for a line of an import. */
export const enrolMemberShape = {
  id: CallerId,
  ...profileShape,
  enrolledAt: Instant.optional().meta({ description: "When they joined; now when absent" }),
};

export const EnrolMemberBody = z.strictObject(enrolMemberShape).meta({
  id: "EnrolMember",
  description: "A person to enrol",
  example: { id: "17850", displayName: "Ada", email: "ada@example.com", birthDate: "1990-06-10" },
});

export const UpdateMemberBody = z
  .strictObject({
    status: z.enum(["active", "suspended", "closed"]).optional().meta({ description: "`closed` is for good", example: "suspended" }),
    displayName: DisplayName.nullable().optional(),
    email: Email.nullable().optional(),
    phone: Phone.nullable().optional(),
    birthDate: BirthDate.nullable().optional(),
    attributes: Attributes.nullable().optional().meta({ description: "Replaced name by name; null removes all" }),
  })
  .refine((patch) => Object.keys(patch).length > 0, "at least one field to change")
  .meta({
    id: "UpdateMember",
    description: "What is absent stays as it is, null clears a field",
    example: { email: "ada@example.org", phone: null },
  });

const MemberStatusSchema = z
  .enum(["pending", "active", "suspended", "closed", "erased"])
  .meta({ id: "MemberStatus", description: "Only active members place orders", example: "active" });

export const MemberSchema = z
  .strictObject({
    id: CallerId,
    status: MemberStatusSchema,
    tier: TierId,
    tierSince: UtcInstant.meta({ description: "When the tier was reached" }),
    enrolledAt: UtcInstant.meta({ description: "When they joined" }),
    displayName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    birthDate: z.string().nullable().meta({ description: "Calendar date", example: "1990-06-10" }),
    attributes: Attributes,
    ...BalanceSummarySchema.shape,
  })
  .meta({
    id: "Member",
    description: "A person enrolled in the program, with tier and wallets",
    example: {
      id: "17850",
      status: "active",
      tier: "silver",
      tierSince: "2026-02-01T09:30:00.000Z",
      enrolledAt: "2026-01-01T00:00:00.000Z",
      displayName: "Ada",
      email: "ada@example.com",
      phone: null,
      birthDate: "1990-06-10",
      attributes: {},
      wallets: { points: { available: 120, pending: 0, held: 0, debt: 0, accruedTotal: 120, redeemedTotal: 0 } },
      version: 7,
    },
  }) satisfies z.ZodType<MemberView>;

export const MembersQuery = Page.extend({
  status: MemberStatusSchema.optional(),
  tier: TierId.max(64).optional(),
  email: Email.optional().meta({ description: "Exactly this address, in capitals or not" }),
  phone: Phone.optional().meta({ description: "Exactly this number" }),
});
export const MemberPage = pageOf(MemberSchema, "MemberPage");

export const MemberParams = z.strictObject({ memberId: CallerId.meta({ param: { description: "The caller's id of the member" } }) });
