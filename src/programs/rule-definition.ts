import { z } from "zod";
import { Audience } from "../rules/audience/audience.ts";
import { Effect } from "../rules/effects/index.ts";
import { Label, Slug } from "../rules/effects/shared.ts";
import { BudgetDefinition, CapDefinition } from "../rules/limits/limit-definition.ts";
import { Schedule } from "../rules/schedules/schedule.ts";
import { Trigger } from "../rules/trigger.ts";
import { Expiry, Pending } from "./wallet-definition.ts";

export const RuleDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the rule in answers and explanations", example: "member-day" }),
    label: Label.optional(),
    on: Trigger.optional().meta({
      description: "Type of event, or day of the member, that the rule is judged on; absent is orders",
      examples: ["review_written", { day: "birthday" }],
    }),
    state: z
      .enum(["active", "paused", "draft"])
      .optional()
      .meta({ description: "A rule that is paused or a draft applies to no order; active when absent" }),
    priority: z.int().min(-1000).max(1000).default(0).meta({ description: "Higher goes first; ties by id" }),
    lane: Slug.optional().meta({ description: "The lane in which the rule has its turn; without one it goes after all lanes" }),
    group: Slug.optional().meta({ description: "Exclusive group: of its rules that match only the first by priority applies" }),
    from: z.iso.datetime({ offset: true }).optional().meta({ description: "First instant at which the rule applies" }),
    until: z.iso.datetime({ offset: true }).optional().meta({ description: "First instant at which it no longer applies" }),
    announce: z
      .strictObject({ daysAhead: z.int().min(1).max(90).meta({ description: "Local days before its start", example: 3 }) })
      .optional()
      .meta({ description: "Announces each start of the rule ahead, once, with the event `campaign.upcoming`" }),
    audience: Audience.optional().meta({ description: "Whom it is for; absent is everybody" }),
    schedule: Schedule.optional().meta({ description: "When it applies between `from` and `until`; absent is always" }),
    when: z.string().min(1).max(2000).optional().meta({
      description: "CEL condition over member, order (with `on`: event, or on a day nothing instead), local and now; absent is always",
    }),
    lines: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .meta({ description: "CEL condition over line (and member, order, now): selects the lines that the effects touch; absent is all" }),
    stacking: z
      .enum(["left", "list"])
      .optional()
      .meta({ description: "What its discounts are computed on: what is `left` of each line (default), or its `list` price" }),
    caps: z.array(CapDefinition).min(1).max(10).optional().meta({ description: "The most that it gives on an order or to a member" }),
    budgets: z.array(BudgetDefinition).min(1).max(10).optional().meta({ description: "The most that it gives to all members together" }),
    pointsTerms: z
      .strictObject({
        pending: Pending.optional().meta({ description: "What they wait for before they can be used, in place of what the wallet says" }),
        expiry: Expiry.optional().meta({ description: "When they are gone, in place of what the wallet says", example: "P30D" }),
      })
      .optional()
      .meta({
        id: "PointsTerms",
        description:
          "Terms of their own for the points that the rule gives: they are computed and rounded by themselves and make a lot of their own",
      }),
    effects: z.array(Effect).min(1).max(20).meta({ description: "What it gives" }),
  })
  .meta({ id: "RuleDefinition", description: "A condition and what it gives" });

export type RuleDefinition = z.infer<typeof RuleDefinition>;
