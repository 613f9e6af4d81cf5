import { z } from "zod";
import { AmountMinor, Label, WalletId } from "../rules/effects/shared.ts";
import { PayWithPointsDefinition } from "./pay-with-points-definition.ts";
import { TransferDefinition } from "./transfer-definition.ts";

/** An ISO 8601 period of one unit. */
const PERIOD = "P(?:\\d{1,4}D|\\d{1,3}M|\\d{1,2}Y)";
const textOf = (grammar: string, inWords: string) => z.string().regex(new RegExp(`^(?:${grammar})$`), inWords);

export const Duration = textOf(PERIOD, "an ISO 8601 period of days, months or years: P14D, P12M, P1Y");

/** When points of a wallet become available and when they expire. Grammar of both: docs/programs.md. */
export const Pending = textOf(
  `none|confirm|(?:completed\\+)?${PERIOD}|completed`,
  "none, a period of days, months or years (P14D), completed, a period after completion (completed+P14D), or confirm",
);
export const Expiry = textOf(
  `never|${PERIOD}(?:/EO[MQY])?`,
  "never, or a period with an optional rounding to the end of the month, quarter or year: P12M, P12M/EOM",
);
const Renewal = textOf(`none|${PERIOD}`, "none, or a period of days, months or years: P30D");

export const WalletDefinition = z
  .strictObject({
    id: WalletId,
    name: Label.optional(),
    kind: z.enum(["spendable", "status"]).default("spendable").meta({ description: "Status points count for tiers and cannot be spent" }),
    pending: Pending.default("none").meta({
      description: `What points wait for before they can be used: a period; \`completed\`, the order's completion; \`completed+P14D\`, so long after
it; \`confirm\`, a confirmation`,
      example: "P14D",
    }),
    expiry: Expiry.default("never").meta({ description: "When points are gone, from when they become available", example: "P12M/EOM" }),
    extendedBy: z.enum(["accrual", "activity"]).optional().meta({
      description:
        "What counts the expiry of all the member's points anew: `accrual`, points that orders and events give; `activity`, spending too. Nothing without it",
    }),
    expiryNotices: z
      .array(Duration)
      .min(1)
      .max(5)
      .optional()
      .meta({
        description: "How long ahead members are told of points that will expire, by the event `points.will_expire`; not at all without it",
        example: ["P30D", "P7D"],
      }),
    rounding: z.enum(["down", "half_up", "up"]).optional().meta({
      description:
        "How parts of a point are rounded, once an order, of what rates and multipliers give together and of each percentage: `down` when absent",
    }),
    clawback: z.enum(["debt", "within_balance", "only_pending"]).default("debt").meta({
      description:
        "What happens when returned points are spent already: `debt` is paid by later accruals first, `within_balance` writes the rest off; `only_pending` takes back only what is not usable yet",
    }),
    debtLimit: z.int().nonnegative().max(1_000_000_000).optional().meta({
      description: "With `clawback: debt`, the most that returns make a member owe; what is beyond it is written off",
      example: 500,
    }),
    renewal: Renewal.default("none").meta({
      description:
        "What becomes of spent points that come back after their date: `none` lets them go, a period gives them so long from then",
      example: "P30D",
    }),
    transfers: TransferDefinition.optional().meta({
      description: "On which terms members give these points to each other; not at all without it",
    }),
    payWithPoints: PayWithPointsDefinition.optional().meta({
      description: "On which terms these points pay for orders; not at all without it",
    }),
    worth: z
      .strictObject({ points: z.int().positive().meta({ description: "So many points are worth `amount`" }), amount: AmountMinor })
      .optional()
      .meta({ description: "What points are worth in money, for liability" }),
  })
  .meta({ id: "WalletDefinition", description: "One kind of points" });

export type WalletDefinition = z.infer<typeof WalletDefinition>;
