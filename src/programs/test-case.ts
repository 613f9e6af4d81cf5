import { z } from "zod";
import { SegmentId } from "../rules/audience/audience.ts";
import { EventType, WalletId } from "../rules/effects/shared.ts";
import { MemberDay } from "../rules/trigger.ts";
import { EventData } from "./event-data/data-limits.ts";

export const TEST_CASES_MAX = 500;
const LINES_MAX = 100;
const IDS_MAX = 100;

const Name = z.string().min(1).max(200);
const Id = z.string().min(1).max(128);
const Amount = z.int().nonnegative().meta({ description: "Whole minor units" });

const Scalar = z.union([z.string().max(1000), z.number(), z.boolean()]);
const Attributes = z
  .record(z.string().min(1).max(64), z.union([Scalar, z.array(Scalar).max(100)]))
  .meta({ description: "Attributes as requests carry them" });

const TIMES = { first: Date.parse("1970-01-01T00:00:00Z"), last: Date.parse("9999-12-31T23:59:59Z") };
const Time = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= TIMES.first && Date.parse(text) <= TIMES.last, "a time in the years 1970 to 9999");

const TestLine = z
  .strictObject({
    line: z.int().min(1).max(1_000_000).optional().meta({ description: "Number of the line; its place in the list without it" }),
    sku: Id.default("item").meta({ description: "What is sold" }),
    name: Name.optional().meta({ description: "Name of the goods" }),
    category: Name.optional().meta({ description: "Category of the goods" }),
    quantity: z.int().min(1).max(1_000_000_000).default(1).meta({ description: "Units of goods" }),
    unitPrice: Amount.meta({ description: "List price of one unit in minor units" }),
    tax: Amount.default(0).meta({ description: "Tax in the price of the line, in minor units" }),
    paid: Amount.optional().meta({ description: "What was paid for the line; given exactly when `pricing` is `asPaid`" }),
    attributes: Attributes.default({}),
  })
  .meta({ id: "TestCaseLine", description: "A line of the cart" });

/** Fields of an effect as the decision answers it; those that are not named may have any value. */
const ExpectedEffect = z
  .object({ kind: Id.meta({ description: "Kind of the effect", example: "gift" }) })
  .catchall(z.union([Scalar, z.null(), z.array(Scalar).max(100), z.record(z.string().max(64), Scalar)]));

/** One order, event or day that a program must decide as it says; it stands in the program's own file. */
export const TestCase = z
  .strictObject({
    name: Name.meta({ description: "Names the case; each once" }),
    member: z
      .strictObject({
        tier: Id.optional().meta({ description: "The tier that counts for the order; the first one without it" }),
        attributes: Attributes.default({}),
        birthDate: z.iso.date().optional().meta({ description: "Calendar date; not known without it" }),
        joinedAt: Time.optional().meta({ description: "When the member joined; at the order's time without it" }),
        segments: z
          .array(SegmentId)
          .max(IDS_MAX)
          .optional()
          .meta({ description: "The lists that the member is on; none without it", example: ["press"] }),
        metrics: z
          .record(z.string().max(128), z.int())
          .optional()
          .meta({
            description: "What the member did before, such as `spend@365d: 12000`; 0 where absent",
            example: { "spend@365d": 12000 },
          }),
        tierSince: Time.optional().meta({ description: "Since when the member has the tier; since joining without it" }),
      })
      .prefault({})
      .meta({ description: "Who orders, or whose event or day it is" }),
    at: Time.meta({ description: "When the order is placed or the event happens, or an instant of the day" }),
    used: z
      .array(
        z
          .strictObject({
            rule: Id.meta({ description: "Id of a rule with limits" }),
            of: z.enum(["points", "money", "uses", "gifts"]).meta({ description: "What its caps, budgets or stock count" }),
            amount: Amount.meta({ description: "How much of each of them is used before" }),
          })
          .meta({ id: "TestCaseUse", description: "What is used of the limits of a rule" }),
      )
      .max(IDS_MAX)
      .optional()
      .meta({ description: "What is used of caps, budgets and stocks before; nothing without it" }),
    order: z
      .strictObject({
        pricing: z
          .enum(["engine", "asPaid"])
          .default("engine")
          .meta({ description: "List prices that the rules discount, or what was paid" }),
        shipping: Amount.default(0).meta({ description: "Shipping before the rules" }),
        channel: Name.optional().meta({ description: "Where the order comes from" }),
        country: Name.optional().meta({ description: "Where the order goes" }),
        attributes: Attributes.default({}),
        lines: z.array(TestLine).min(1).max(LINES_MAX).meta({ description: "What is in the cart" }),
      })
      .optional()
      .meta({ description: "A cart as `POST /v1/quotes` takes it, without ids and currency" }),
    event: z
      .strictObject({ type: EventType, data: EventData.prefault({}).meta({ description: "Data of the event, as its type asks for it" }) })
      .optional()
      .meta({ description: "What happens instead of an order: an event, without its ids" }),
    day: MemberDay.optional().meta({
      description: "A day of the member that begins instead: decided as of the beginning of the local day of `at`, which must be theirs",
    }),
    expect: z
      .strictObject({
        discount: Amount.optional().meta({ description: "All discounts, in minor units" }),
        net: Amount.optional().meta({ description: "What is left of the list prices, in minor units" }),
        shipping: Amount.optional().meta({ description: "Shipping after the rules, in minor units" }),
        payable: Amount.optional().meta({ description: "Net and shipping, in minor units" }),
        points: z.record(WalletId, z.int()).optional().meta({ description: "Points by wallet; wallets that are not named may get any" }),
        effects: z.array(ExpectedEffect).max(IDS_MAX).optional().meta({
          description: "All effects of the order beside discounts and points, in any order; fields that are not named may have any value",
        }),
        matched: z.array(Id).max(IDS_MAX).optional().meta({ description: "Ids of rules that apply" }),
        notMatched: z.array(Id).max(IDS_MAX).optional().meta({ description: "Ids of rules that do not apply" }),
      })
      .meta({ description: "What the decision must say; what is not named may be anything" }),
  })
  .meta({
    id: "TestCase",
    description: "An order, an event or a day and what the program must decide on it; a definition whose case fails is not published",
  });

export type TestCase = z.infer<typeof TestCase>;
