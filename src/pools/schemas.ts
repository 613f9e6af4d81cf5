import { z } from "zod";
import { CallerId, Points, UtcInstant } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";
import type { PoolMembershipView } from "./commands.ts";

export const PoolParams = z.object({ poolId: CallerId.meta({ description: "The caller's id of the pool", example: "family-17850" }) });

export const PoolMemberParams = PoolParams.extend({
  memberId: CallerId.meta({ description: "The caller's id of the member", example: "13047" }),
});

export const CreatePoolBody = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of this pool", example: "family-17850" }),
    owner: CallerId.meta({ description: "The member whose pool it is", example: "17850" }),
  })
  .meta({ id: "CreatePool", description: "A household to make", example: { id: "family-17850", owner: "17850" } });

export const PutPoolMemberBody = z
  .strictObject({
    maySpend: z.boolean().default(true).meta({ description: "Whether the member may draw on the points of the others", example: false }),
  })
  .meta({ id: "PutPoolMember", description: "What a member may do in the pool", example: { maySpend: false } });

export const PoolMembershipSchema = z
  .strictObject({
    poolId: CallerId,
    memberId: CallerId,
    maySpend: z.boolean().meta({ description: "Whether they may draw on the others" }),
  })
  .meta({
    id: "PoolMembership",
    description: "A member in a pool",
    example: { poolId: "family-17850", memberId: "13047", maySpend: false },
  }) satisfies z.ZodType<PoolMembershipView>;

const Available = z.record(WalletId, Points).meta({ description: "Available points by wallet, of those that can be spent" });

export const PoolSchema = z
  .strictObject({
    id: CallerId,
    owner: CallerId,
    createdAt: UtcInstant,
    available: Available,
    members: z
      .array(
        z
          .strictObject({
            memberId: CallerId,
            maySpend: z.boolean().meta({ description: "Whether they may draw on the others" }),
            joinedAt: UtcInstant,
            available: Available,
          })
          .meta({ id: "PoolShare", description: "A member of a pool and what is theirs" }),
      )
      .meta({ description: "In the order in which they joined" }),
  })
  .meta({
    id: "Pool",
    description: "A household, with what each of its members has and what they have together",
    example: {
      id: "family-17850",
      owner: "17850",
      createdAt: "2026-03-01T12:00:00.000Z",
      available: { points: 150 },
      members: [
        { memberId: "17850", maySpend: true, joinedAt: "2026-03-01T12:00:00.000Z", available: { points: 100 } },
        { memberId: "13047", maySpend: false, joinedAt: "2026-03-01T12:05:00.000Z", available: { points: 50 } },
      ],
    },
  });
