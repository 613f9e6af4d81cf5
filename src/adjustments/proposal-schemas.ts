import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Points, SafeText, UtcInstant } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { type AdjustmentProposalView, PROPOSAL_STATUSES } from "./commands.ts";
import { AdjustmentSchema } from "./schemas.ts";

const EXAMPLE: AdjustmentProposalView = {
  id: "adj-2026-18",
  memberId: "17850",
  wallet: "points",
  points: 5000,
  shortfall: "refuse",
  reason: "a parcel of 500 pounds was lost",
  actor: "agent-7",
  keyId: "key_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10",
  expiresAt: null,
  status: "pending_approval",
  proposedAt: "2026-03-01T12:00:00.000Z",
  endsAt: "2026-03-08T12:00:00.000Z",
  decidedBy: null,
  decidedAt: null,
  note: null,
  adjustment: null,
};

export const ProposalParams = z.strictObject({
  adjustmentId: CallerId.meta({ description: "The caller's id of the adjustment", example: EXAMPLE.id }),
});
export const ProposalsQuery = Page.extend({
  status: z.enum(PROPOSAL_STATUSES).optional().meta({ description: "Only those with this status", example: "pending_approval" }),
});

export const DeclineAdjustmentBody = z
  .strictObject({ note: SafeText(500).optional().meta({ description: "Why not; kept for good", example: "the parcel has arrived" }) })
  .meta({ id: "DeclineAdjustment", description: "Why a proposed adjustment is declined", example: { note: "the parcel has arrived" } });

export const ProposalSchema = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of the adjustment", example: EXAMPLE.id }),
    memberId: CallerId,
    wallet: WalletId,
    points: Points.meta({ description: "Above 0 is to be given, below 0 taken", example: EXAMPLE.points }),
    shortfall: z.enum(["refuse", "debt"]),
    reason: z.string(),
    actor: z.string().meta({ description: "Who wants it", example: EXAMPLE.actor }),
    keyId: z.string().meta({ description: "Who has proposed it: the id of an API key, `root`, or `user:` and a subject" }),
    expiresAt: UtcInstant.nullable().meta({ description: "When given points are to expire; null: as the wallet's points do" }),
    status: z.enum(PROPOSAL_STATUSES).meta({ description: "`expired` was not decided on in time" }),
    proposedAt: UtcInstant,
    endsAt: UtcInstant.meta({ description: "From then on it can be approved no more" }),
    decidedBy: z.string().nullable().meta({ description: "Who has approved or declined it" }),
    decidedAt: UtcInstant.nullable(),
    note: z.string().nullable().meta({ description: "Why it was declined" }),
    adjustment: AdjustmentSchema.nullable().meta({ description: "What the approval has done" }),
  })
  .meta({
    id: "AdjustmentProposal",
    description: "An adjustment that somebody else has to approve, and what became of it",
    example: EXAMPLE,
  }) satisfies z.ZodType<AdjustmentProposalView>;
export const ProposalPage = pageOf(ProposalSchema, "AdjustmentProposalPage");
