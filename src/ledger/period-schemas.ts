import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Points, UtcInstant } from "../http/types.ts";
import { MemberParams } from "../members/schemas.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { AccountName, EntryKindName, SourceSchema } from "./schemas.ts";
import type { StatementView } from "./statement-view.ts";

const MONTH = /^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/;

export const StatementParams = MemberParams.extend({
  month: z
    .string()
    .regex(MONTH, "a month such as 2026-03")
    .meta({ description: "Calendar month in the program's zone", example: "2026-03" }),
});
export const StatementQuery = z.strictObject({
  format: z.enum(["json", "csv"]).optional().meta({ description: "Instead of `Accept`", example: "json" }),
});

const accountShape = {
  available: Points.meta({ description: "Usable", example: 120 }),
  pending: Points.meta({ description: "Not yet usable", example: 0 }),
  held: Points.meta({ description: "Reserved by holds", example: 0 }),
  debt: Points.meta({ description: "Owed; counts up", example: 0 }),
};
const AccountPointsSchema = z.strictObject(accountShape).meta({ id: "AccountPoints", description: "Whole points by account of a wallet" });

const KindTotalSchema = z
  .strictObject({
    kind: EntryKindName,
    movements: z.int().positive().meta({ description: "How many", example: 3 }),
    points: z.int().positive().meta({ description: "Points moved together", example: 120 }),
    ...accountShape,
  })
  .meta({ id: "StatementTotal", description: "All movements of one kind, and what they changed in each account" });

const MovementSchema = z
  .strictObject({
    seq: z
      .int()
      .positive()
      .nullable()
      .meta({ description: "Number in the member's ledger; null of what is due and not booked yet", example: 12 }),
    wallet: WalletId,
    kind: EntryKindName,
    from: AccountName,
    to: AccountName,
    points: z.int().positive().meta({ description: "Whole points moved", example: 120 }),
    change: AccountPointsSchema.meta({ description: "What it changed in each account" }),
    source: SourceSchema,
    ruleSet: z.int().nonnegative().nullable().meta({ description: "Version of the rule set in force; null as `seq`", example: 1 }),
    occurredAt: UtcInstant.meta({ description: "When it happened" }),
    recordedAt: UtcInstant.nullable().meta({ description: "When it was written; null as `seq`" }),
  })
  .meta({ id: "StatementMovement", description: "A movement of points between two accounts" });

const zero = { available: 0, pending: 0, held: 0, debt: 0 };

export const StatementSchema = z
  .strictObject({
    memberId: CallerId,
    month: z.string().meta({ description: "Calendar month", example: "2026-03" }),
    timeZone: z.string().meta({ description: "The program's zone, in which the month begins and ends", example: "Europe/London" }),
    from: UtcInstant.meta({ description: "First instant of the month" }),
    until: UtcInstant.meta({ description: "First instant of the next month" }),
    wallets: z
      .array(
        z
          .strictObject({ wallet: WalletId, opening: AccountPointsSchema, closing: AccountPointsSchema, totals: z.array(KindTotalSchema) })
          .meta({ id: "WalletStatement", description: "Closing is opening and all totals" }),
      )
      .meta({ description: "Every wallet the program has had" }),
    movements: z.array(MovementSchema).meta({ description: "Oldest first; the first 5,000 of them" }),
    movementsLeftOut: z
      .int()
      .nonnegative()
      .meta({ description: "Movements that are counted and not listed: see the list of entries", example: 0 }),
  })
  .meta({
    id: "Statement",
    description: "A member's points in a calendar month",
    example: {
      memberId: "17850",
      month: "2026-03",
      timeZone: "UTC",
      from: "2026-03-01T00:00:00.000Z",
      until: "2026-04-01T00:00:00.000Z",
      wallets: [
        {
          wallet: "points",
          opening: zero,
          closing: { ...zero, available: 120 },
          totals: [{ kind: "accrual", movements: 1, points: 120, ...zero, available: 120 }],
        },
      ],
      movements: [
        {
          seq: 1,
          wallet: "points",
          kind: "accrual",
          from: "issued",
          to: "available",
          points: 120,
          change: { ...zero, available: 120 },
          source: { kind: "order", id: "536365" },
          ruleSet: 1,
          occurredAt: "2026-03-01T12:00:00.000Z",
          recordedAt: "2026-03-01T12:00:01.000Z",
        },
      ],
      movementsLeftOut: 0,
    },
  }) satisfies z.ZodType<StatementView>;

export const StatementCsv = z.string().meta({
  description: "A heading, then of each wallet its opening balance, its movements and its closing balance; each column sums to the closing",
  example: `row,wallet,seq,occurredAt,recordedAt,kind,sourceKind,sourceId,ruleSet,available,pending,held,debt\r
opening,points,,2026-03-01T00:00:00.000Z,,,,,,0,0,0,0\r
movement,points,1,2026-03-01T12:00:00.000Z,2026-03-01T12:00:01.000Z,accrual,order,536365,1,120,0,0,0\r
closing,points,,2026-04-01T00:00:00.000Z,,,,,,120,0,0,0\r
`,
});

const Within = z
  .string()
  .regex(/^P[1-9]\d{0,2}D$/, "a period of 1 to 999 days, such as P30D")
  .default("P30D")
  .meta({ description: "How far to look ahead: 1 to 999 days", example: "P30D" });

export const ExpiringQuery = z.strictObject({ within: Within });
export const ExpiringSchema = z
  .strictObject({
    memberId: CallerId,
    from: UtcInstant.meta({ description: "Now" }),
    until: UtcInstant.meta({ description: "The end of the period, which is no more part of it" }),
    wallets: z.array(
      z
        .strictObject({
          wallet: WalletId,
          points: Points.meta({ description: "All that expires in the period, unless it is used before", example: 40 }),
          dates: z.array(z.strictObject({ at: UtcInstant, points: Points })).meta({ description: "What expires when, soonest first" }),
        })
        .meta({ id: "ExpiringWallet", description: "Points of one wallet that expire soon" }),
    ),
  })
  .meta({
    id: "Expiring",
    description: "A member's points that expire soon; held points are not among them",
    example: {
      memberId: "17850",
      from: "2026-03-01T12:00:00.000Z",
      until: "2026-03-31T12:00:00.000Z",
      wallets: [{ wallet: "points", points: 40, dates: [{ at: "2026-03-20T00:00:00.000Z", points: 40 }] }],
    },
  });

export const ExpiringMembersQuery = Page.extend({ within: Within, wallet: WalletId.optional() });
const ExpiringMember = z
  .strictObject({
    memberId: CallerId,
    wallet: WalletId,
    points: Points.meta({ description: "What expires in the period", example: 40 }),
    firstExpiresAt: UtcInstant.meta({ description: "When the first of them expire" }),
  })
  .meta({
    id: "ExpiringMember",
    description: "A member with points that expire soon",
    example: { memberId: "17850", wallet: "points", points: 40, firstExpiresAt: "2026-03-20T00:00:00.000Z" },
  });
export const ExpiringMemberPage = pageOf(ExpiringMember, "ExpiringMemberPage");
