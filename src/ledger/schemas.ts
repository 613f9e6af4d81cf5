import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Instant, Points, QueryFlag, UtcInstant } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { ACCOUNTS, type Account, ENTRY_KINDS, type EntryKind, SOURCE_KINDS, type SourceKind } from "./accounts.ts";
import type { Balance, BalanceSummary, WalletSummary } from "./balance.ts";

export const TierId = z.string().meta({ description: "Id of a tier of the program", example: "silver" });

const walletShape = {
  available: Points.meta({ description: "Usable now", example: 120 }),
  pending: Points.meta({ description: "Accrued, not yet usable", example: 0 }),
  held: Points.meta({ description: "Reserved by open holds", example: 0 }),
  debt: Points.meta({ description: "Owed; later accruals pay it first", example: 0 }),
  accruedTotal: Points.meta({ description: "Accruals less clawbacks", example: 120 }),
  redeemedTotal: Points.meta({ description: "Spent so far", example: 0 }),
};

export const WalletSummarySchema = z
  .strictObject(walletShape)
  .meta({ id: "WalletSummary", description: "What a member has in one wallet, in whole points" }) satisfies z.ZodType<WalletSummary>;

export const Version = z.int().nonnegative().meta({ description: "Grows with every change of the member", example: 7 });

export const BalanceSummarySchema = z
  .strictObject({ wallets: z.record(WalletId, WalletSummarySchema), version: Version })
  .meta({ id: "BalanceSummary", description: "What a write left the member with, by wallet" }) satisfies z.ZodType<BalanceSummary>;

const WalletBalanceSchema = z
  .strictObject({
    ...walletShape,
    expiring: z
      .array(z.strictObject({ at: UtcInstant, points: Points }).meta({ id: "ExpiringPoints" }))
      .meta({ description: "The next 24 instants at which points expire, soonest first" }),
  })
  .meta({ id: "WalletBalance", description: "What a member has in one wallet, and when it expires" });

export const BalanceSchema = z
  .strictObject({
    memberId: CallerId,
    tier: TierId,
    wallets: z.record(WalletId, WalletBalanceSchema),
    version: Version,
    asOf: UtcInstant.meta({ description: "The instant for which the numbers hold" }),
  })
  .meta({
    id: "Balance",
    description: "What a member has in each wallet at an instant",
    example: {
      memberId: "17850",
      tier: "silver",
      wallets: {
        points: { available: 120, pending: 0, held: 0, debt: 0, accruedTotal: 120, redeemedTotal: 0, expiring: [] },
      },
      version: 7,
      asOf: "2026-03-01T12:00:00.000Z",
    },
  }) satisfies z.ZodType<Balance>;

export const ConsistencySchema = z
  .enum(["cached", "strong"])
  .default("cached")
  .meta({ description: "`strong` reads the database; `cached` may be older, by 60 seconds at most", example: "strong" });

export const BalanceQuery = z.strictObject({
  consistency: ConsistencySchema,
  asOf: Instant.optional().meta({
    description: "As of a business time: what had happened until then. A time to come shows what the clock alone will do",
  }),
  knownAt: Instant.optional().meta({ description: "As it was recorded until then, whatever was recorded later" }),
});

/** The codes of a table of names as an enum of the names. */
const namesOf = <Name extends string>(codes: Record<Name, number>) => z.enum(Object.keys(codes) as [Name, ...Name[]]);

export const AccountName = namesOf<Account>(ACCOUNTS).meta({
  id: "Account",
  description: "available, pending, held and debt are the member's; the others are the program's",
  example: "available",
});
export const EntryKindName = namesOf<EntryKind>(ENTRY_KINDS).meta({
  id: "EntryKind",
  description: "What kind of movement it is",
  example: "accrual",
});

export const SourceSchema = z
  .strictObject({
    kind: namesOf<SourceKind>(SOURCE_KINDS).meta({ example: "order" }),
    id: z.string().meta({ description: "The caller's id of it; of an activation or expiry the lot's", example: "536365" }),
  })
  .meta({ id: "Source", description: "What caused a movement or a lot" });

/** Engine-made; its form may change. */
const LotId = z.string().meta({ description: "Made by the engine", example: "lot_1f_12" });

const LotUseSchema = z
  .strictObject({ lot: LotId, points: z.int().positive().meta({ description: "Whole points of this lot", example: 120 }) })
  .meta({ id: "LotUse", description: "What of a movement one lot took part in" });

export const EntrySchema = z
  .strictObject({
    seq: z.int().positive().meta({ description: "Number in the member's ledger, without gaps", example: 12 }),
    wallet: WalletId,
    kind: EntryKindName,
    from: AccountName.meta({ description: "Account that the points left", example: "issued" }),
    to: AccountName.meta({ description: "Account that the points went to", example: "available" }),
    points: z.int().positive().meta({ description: "Whole points moved", example: 120 }),
    availableAfter: Points.meta({ description: "Available points of the wallet after the movement" }),
    source: SourceSchema,
    ruleSet: z.int().nonnegative().meta({ description: "Version of the rule set in force", example: 1 }),
    occurredAt: UtcInstant.meta({ description: "When it happened" }),
    recordedAt: UtcInstant.meta({ description: "When it was written" }),
    lotUses: z
      .array(LotUseSchema)
      .meta({ description: "The lots that points were taken from, reserved in or given back to, in the order in which they burn" }),
    reason: z.string().optional().meta({ description: "Why, where it was done by hand", example: "made up for a lost parcel" }),
    actor: z.string().optional().meta({ description: "Who did it, where it was done by hand", example: "agent-7" }),
  })
  .meta({
    id: "Entry",
    description: "One movement of points between two accounts; never changed",
    example: {
      seq: 12,
      wallet: "points",
      kind: "accrual",
      from: "issued",
      to: "available",
      points: 120,
      availableAfter: 120,
      source: { kind: "order", id: "536365" },
      ruleSet: 1,
      occurredAt: "2026-03-01T12:00:00.000Z",
      recordedAt: "2026-03-01T12:00:01.000Z",
      lotUses: [],
    },
  });

export const EntriesQuery = Page.extend({
  wallet: WalletId.optional(),
  kind: EntryKindName.optional(),
  from: Instant.optional().meta({ description: "Movements that happened at this time or later", example: "2026-03-01T00:00:00Z" }),
  until: Instant.optional().meta({ description: "Movements that happened before this time", example: "2026-04-01T00:00:00Z" }),
  orderId: CallerId.optional().meta({ description: "Movements of this order: its own, its completion, cancellation and returns" }),
});
export const EntryPage = pageOf(EntrySchema, "EntryPage");

export const LotSchema = z
  .strictObject({
    id: LotId,
    wallet: WalletId,
    granted: z.int().positive().meta({ description: "Whole points that the accrual gave", example: 120 }),
    remaining: Points.meta({ description: "Neither spent, nor taken back, nor expired" }),
    held: Points.meta({ description: "Of what remains, what open holds reserve", example: 0 }),
    clawedBack: Points.meta({ description: "Of what was granted, what returns took back", example: 0 }),
    expired: Points.meta({ description: "Of what was granted, what expired", example: 0 }),
    status: z.enum(["pending", "available", "used", "expired"]).meta({
      description: "`used`: nothing is left of it, by spending or a return; `expired`: its time is over",
      example: "available",
    }),
    source: SourceSchema,
    provenance: z
      .strictObject({
        ruleSet: z.int().nonnegative().meta({ description: "Version of the rule set that was in force", example: 1 }),
        rules: z.array(z.string()).meta({
          description: "Rules that had a part in it, benefits of tiers as `tier:<id>`; none of points that no rule gave",
          example: ["double-points"],
        }),
        lines: z
          .array(z.int())
          .meta({ description: "Lines of the order that earned; none of points for the order as a whole", example: [1, 2] }),
      })
      .meta({ id: "LotProvenance", description: "What the points were given for" }),
    earnedAt: UtcInstant,
    availableAt: UtcInstant.nullable().meta({ description: "Null while they wait for the order's completion or a confirmation" }),
    expiresAt: UtcInstant.nullable().meta({ description: "First instant at which the points are gone; null is never" }),
  })
  .meta({
    id: "Lot",
    description: "The points of one accrual",
    example: {
      id: "lot_1f_12",
      wallet: "points",
      granted: 120,
      remaining: 120,
      held: 0,
      clawedBack: 0,
      expired: 0,
      status: "available",
      source: { kind: "order", id: "536365" },
      provenance: { ruleSet: 1, rules: ["double-points"], lines: [1] },
      earnedAt: "2026-03-01T12:00:00.000Z",
      availableAt: "2026-03-01T12:00:00.000Z",
      expiresAt: null,
    },
  });

export const LotsQuery = Page.extend({
  wallet: WalletId.optional(),
  all: QueryFlag.meta({ description: "`true` lists lots that hold nothing any more as well", example: "true" }),
});
export const LotPage = pageOf(LotSchema, "LotPage");
