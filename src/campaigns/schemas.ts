import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { UtcInstant } from "../http/types.ts";
import { Slug } from "../rules/effects/shared.ts";
import { LimitPeriod } from "../rules/limits/limit-definition.ts";
import { CAMPAIGN_STATES } from "./campaign.ts";

const State = z.enum(CAMPAIGN_STATES);

const BudgetStanding = z
  .strictObject({
    of: z.enum(["points", "money", "uses", "gifts"]).meta({ description: "What is counted; `gifts` is the stock of a gift" }),
    wallet: z.string().nullable().meta({ description: "Of points" }),
    sku: z.string().nullable().meta({ description: "Of a gift" }),
    per: LimitPeriod.nullable().meta({ description: "Calendar period after which it begins anew; null is the rule's whole life" }),
    atMost: z.int().positive(),
    used: z.int().nonnegative().meta({ description: "Points, minor units, orders or units of goods" }),
    left: z.int().nonnegative(),
  })
  .meta({ id: "BudgetStanding", description: "What of a budget or a stock is used and left" });

export const Campaign = z
  .strictObject({
    id: z.string().meta({ description: "Id of the rule" }),
    label: z.string(),
    state: State.meta({
      description: "By the rule's own `state`, `from` and `until`; `scheduled` is before `from`, `ended` from `until` on",
    }),
    on: z
      .string()
      .nullable()
      .meta({ description: "Type of event that it is judged on, `day:birthday` for one on birthdays; null is orders" }),
    effects: z.array(z.string()).meta({ description: "Kinds of its effects, each once" }),
    lane: z.string().nullable(),
    priority: z.int(),
    from: UtcInstant.nullable(),
    until: UtcInstant.nullable(),
    schedule: z
      .strictObject({
        isOpen: z.boolean().meta({ description: "Whether its days and hours hold now; what depends on the member is left aside" }),
        next: UtcInstant.nullable().meta({
          description: "When they hold again, within a year; null while they hold and where it differs from member to member",
        }),
      })
      .nullable()
      .meta({ description: "Null for a rule without a schedule" }),
    budgets: z.array(BudgetStanding).meta({ description: "Its budgets and the stock of its gifts, in the present period" }),
  })
  .meta({
    id: "Campaign",
    description: "A rule of the version in force, as it stands now",
    example: {
      id: "member-day",
      label: "Member day",
      state: "active",
      on: null,
      effects: ["discount_percent"],
      lane: "campaigns",
      priority: 10,
      from: null,
      until: "2027-01-01T00:00:00.000Z",
      schedule: { isOpen: false, next: "2026-03-08T00:00:00.000Z" },
      budgets: [{ of: "money", wallet: null, sku: null, per: "month", atMost: 100_000, used: 31_250, left: 68_750 }],
    },
  });
export const CampaignPage = pageOf(Campaign, "CampaignPage");
export const CampaignQuery = Page.extend({ state: State.optional().meta({ description: "Only those in this state" }) });
export const CampaignParams = z.strictObject({ ruleId: Slug.meta({ description: "Id of a rule", example: "member-day" }) });
