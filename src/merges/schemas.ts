import { z } from "zod";
import { CallerId, Points, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { WalletId } from "../rules/effects/shared.ts";
import type { MergeView, UnmergeView } from "./commands.ts";

export const MergeParams = z.object({
  mergeId: CallerId.meta({ description: "The caller's id of the merge", example: "merge-2026-7" }),
});

const Reason = SafeText(500).meta({ description: "Why; kept for good", example: "the card and the app are one person's" });
const Actor = SafeText(128).optional().meta({ description: "Who decided it", example: "agent-7" });

export const MergeMembersBody = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of this merge", example: "merge-2026-7" }),
    from: CallerId.meta({ description: "The source: this id becomes an alias", example: "13047" }),
    into: CallerId.meta({ description: "The target: the member who goes on", example: "17850" }),
    reason: Reason,
    actor: Actor,
  })
  .meta({
    id: "MergeMembers",
    description: "Two members to make one of",
    example: { id: "merge-2026-7", from: "13047", into: "17850", reason: "the card and the app are one person's", actor: "agent-7" },
  });

export const UndoMergeBody = z
  .strictObject({ reason: Reason, actor: Actor })
  .meta({ id: "UndoMerge", description: "Why a merge is undone", example: { reason: "father and son of one name", actor: "agent-7" } });

const SUMMARY = { available: 320, pending: 40, held: 0, debt: 0, accruedTotal: 400, redeemedTotal: 40 };

export const MergeSchema = z
  .strictObject({
    id: CallerId,
    from: CallerId.meta({ description: "The source, now an alias" }),
    into: CallerId.meta({ description: "The target" }),
    reason: z.string(),
    actor: z.string().nullable(),
    mergedAt: UtcInstant,
    moved: z
      .record(
        WalletId,
        z.strictObject({
          available: Points.meta({ description: "Available points that moved" }),
          pending: Points.meta({ description: "Pending points that moved" }),
          debt: Points.meta({ description: "What the source owed and the target owes now" }),
          debtPaid: Points.meta({ description: "Of what either owed, what was paid at once from what they have together" }),
        }),
      )
      .meta({ description: "By wallet; one in which nothing moved is absent" }),
    tier: z.strictObject({ before: z.string(), after: z.string() }).meta({ description: "The target's" }),
    balance: BalanceSummarySchema.meta({ description: "What the merge left the target with" }),
    undone: z
      .strictObject({ at: UtcInstant, reason: z.string(), actor: z.string().nullable() })
      .nullable()
      .meta({ description: "Null for as long as the merge stands" }),
  })
  .meta({
    id: "Merge",
    description: "A merge as it was answered, and whether it stands",
    example: {
      id: "merge-2026-7",
      from: "13047",
      into: "17850",
      reason: "the card and the app are one person's",
      actor: "agent-7",
      mergedAt: "2026-03-01T12:00:00.000Z",
      moved: { points: { available: 120, pending: 40, debt: 0, debtPaid: 0 } },
      tier: { before: "bronze", after: "silver" },
      balance: { wallets: { points: SUMMARY }, version: 8 },
      undone: null,
    },
  }) satisfies z.ZodType<MergeView>;

export const UnmergeSchema = z
  .strictObject({
    mergeId: CallerId,
    from: CallerId.meta({ description: "The source, a member of their own again" }),
    into: CallerId.meta({ description: "The target" }),
    reason: z.string(),
    actor: z.string().nullable(),
    undoneAt: UtcInstant,
    members: z
      .array(z.strictObject({ id: CallerId, tier: z.string(), balance: BalanceSummarySchema }))
      .meta({ description: "The source and the target, as they are again" }),
  })
  .meta({
    id: "Unmerge",
    description: "A merge that was undone",
    example: {
      mergeId: "merge-2026-7",
      from: "13047",
      into: "17850",
      reason: "father and son of one name",
      actor: "agent-7",
      undoneAt: "2026-03-02T09:30:00.000Z",
      members: [
        { id: "13047", tier: "silver", balance: { wallets: { points: { ...SUMMARY, available: 120, accruedTotal: 160 } }, version: 5 } },
        {
          id: "17850",
          tier: "bronze",
          balance: { wallets: { points: { ...SUMMARY, available: 200, pending: 0, accruedTotal: 240 } }, version: 9 },
        },
      ],
    },
  }) satisfies z.ZodType<UnmergeView>;
