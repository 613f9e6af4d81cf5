import { z } from "zod";

/** Amounts and points stay in the range that a JSON number holds exactly. */
export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;

export const AmountMinor = z.int().positive().max(AMOUNT_MAX).meta({ description: "Whole minor units of the program's currency" });

/** A price may be 0. */
export const PriceMinor = z
  .int()
  .nonnegative()
  .max(AMOUNT_MAX)
  .meta({ description: "Whole minor units of the program's currency, from 0" });

export const WalletId = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "a lower-case letter, then up to 31 of a-z 0-9 _ -")
  .meta({ description: "Id of a wallet of this program", example: "points" });

/** How something is called for people. */
export const Label = z.string().min(1).max(200).meta({ description: "How it is called for people" });

/** Names that people give and that stay: of programs, tiers, rules. */
export const Slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "a lower-case letter, then up to 62 of a-z 0-9 -")
  .meta({ description: "A name that stays" });

/** Types of events, as the program declares them. */
export const EventType = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "a lower-case letter, then up to 62 of a-z 0-9 _ -")
  .meta({ description: "Type of an event that the program declares", example: "review_written" });

export const Sku = z.string().min(1).max(128).meta({ description: "What is sold, as the lines of orders name it", example: "85123A" });

export const Units = z.int().positive().max(1_000_000_000).meta({ description: "Units of goods" });

/** What the threshold of a discount looks at. */
export const Threshold = z
  .enum(["left", "list"])
  .default("left")
  .meta({ description: "What the threshold looks at: what is left of the lines, or their list prices" });

/** Name of a privilege or of a custom effect: an identifier that storefront code can use. */
export const EffectName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, "a lower-case letter, then up to 62 of a-z 0-9 _")
  .meta({ description: "A name that storefront code knows" });

export const EntitlementValue = z
  .union([z.boolean(), z.number(), z.string().max(200)])
  .meta({ description: "What the privilege is worth: true, a number or a text" });

/** 2 means twice the points. At most four decimals, so that it is an exact number of ten-thousandths. */
export const Multiplier = z
  .number()
  .min(0)
  .max(1000)
  .refine((value) => Math.abs(value * 10_000 - Math.round(value * 10_000)) < 1e-6, "at most four decimals")
  .meta({ description: "Factor on points, at most four decimals", example: 1.2 });

export const hasTwoDecimals = (value: number): boolean => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;

/** 12.5 means 12.5 %. At most two decimals, so that it is a whole number of basis points. */
export const Percent = z
  .number()
  .min(0)
  .max(100)
  .refine(hasTwoDecimals, "at most two decimals")
  .meta({ description: "Percentage from 0 to 100, at most two decimals", example: 5 });

/** 10 means 10 % more; above 100 it is more than twice. At most two decimals. */
export const PercentMore = z
  .number()
  .positive()
  .max(1000)
  .refine(hasTwoDecimals, "at most two decimals")
  .meta({ description: "Percentage above 0, up to 1000, at most two decimals", example: 10 });

/** Ten-thousandths of a factor: 1.2 is 12 000. */
export const BASIS_POINTS_ONE = 10_000;
export const multiplierBps = (multiplier: number): number => Math.round(multiplier * BASIS_POINTS_ONE);
export const percentBps = (percent: number): number => Math.round(percent * 100);
