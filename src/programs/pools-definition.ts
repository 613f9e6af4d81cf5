import { z } from "zod";

/** A draw locks all members of a pool, so a pool stays small. */
export const POOL_MEMBERS_MAX = 20;

export const PoolsDefinition = z
  .strictObject({
    maxMembers: z.int().min(2).max(POOL_MEMBERS_MAX).default(6).meta({ description: "The most members of one pool, its owner included" }),
  })
  .meta({ id: "PoolsDefinition", description: "Households whose members may draw on each other's points", example: { maxMembers: 6 } });
