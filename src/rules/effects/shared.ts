import { z } from "zod";

/** Amounts and points stay in the range that a JSON number holds exactly. */
export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;

export const AmountMinor = z.int().positive().max(AMOUNT_MAX).meta({ description: "Whole minor units of the program's currency" });

export const WalletId = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "a lower-case letter, then up to 31 of a-z 0-9 _ -")
  .meta({ description: "Id of a wallet of this program", example: "points" });

/** 2 means twice the points. At most four decimals, so that it is an exact number of ten-thousandths. */
export const Multiplier = z
  .number()
  .min(0)
  .max(1000)
  .refine((value) => Math.abs(value * 10_000 - Math.round(value * 10_000)) < 1e-6, "at most four decimals")
  .meta({ description: "Factor on points, at most four decimals", example: 1.2 });

/** 12.5 means 12.5 %. At most two decimals, so that it is a whole number of basis points. */
export const Percent = z
  .number()
  .min(0)
  .max(100)
  .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, "at most two decimals")
  .meta({ description: "Percentage from 0 to 100, at most two decimals", example: 5 });

/** Ten-thousandths of a factor: 1.2 is 12 000. */
export const BASIS_POINTS_ONE = 10_000;
export const multiplierBps = (multiplier: number): number => Math.round(multiplier * BASIS_POINTS_ONE);
export const percentBps = (percent: number): number => Math.round(percent * 100);
