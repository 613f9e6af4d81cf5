import { Environment } from "@marcbachmann/cel-js";
import { CelEvent, CelLine, CelLocal, CelMember, CelOrder } from "./facts.ts";
import { matchesRe2 } from "./regex.ts";

export const CONDITION_LENGTH_MAX = 2000;
const limits = { maxAstNodes: 300, maxDepth: 24, maxListElements: 200, maxMapEntries: 20, maxCallArguments: 8 };

/** The fields of each variable: what a condition may read, and of which type. */
const FIELDS = {
  member: {
    id: "string",
    tier: "string",
    tierSinceDays: "int",
    status: "string",
    enrolledAt: "google.protobuf.Timestamp",
    joinedDays: "int",
    birthDate: "string",
    birthdayInDays: "int",
    isFirstOrder: "bool",
    segments: "list<string>",
    attributes: "map<string, dyn>",
  },
  line: {
    line: "int",
    sku: "string",
    name: "string",
    category: "string",
    quantity: "int",
    unitPrice: "int",
    gross: "int",
    net: "int",
    attributes: "map<string, dyn>",
  },
  order: {
    gross: "int",
    net: "int",
    shipping: "int",
    currency: "string",
    channel: "string",
    country: "string",
    pricing: "string",
    quantity: "int",
    lineCount: "int",
    attributes: "map<string, dyn>",
    lines: "list<Line>",
  },
  event: { id: "string", type: "string", data: "map<string, dyn>" },
  local: { date: "string", year: "int", month: "int", day: "int", weekday: "int", hour: "int", minute: "int" },
};

const ofMember = new Environment({ limits })
  .registerFunction("string.matchesRe2(string): bool", matchesRe2)
  .registerType("Member", { ctor: CelMember, fields: FIELDS.member })
  .registerType("Line", { ctor: CelLine, fields: FIELDS.line })
  .registerType("Order", { ctor: CelOrder, fields: FIELDS.order })
  .registerType("Event", { ctor: CelEvent, fields: FIELDS.event })
  .registerType("Local", { ctor: CelLocal, fields: FIELDS.local })
  .registerFunction("Member.metric(string, string): int", (member: CelMember, metric: string, window: string) =>
    member.metric(metric, window),
  )
  .registerVariable("member", "Member")
  .registerVariable("local", "Local")
  .registerVariable("now", "google.protobuf.Timestamp");

const ofOrder = ofMember.clone({ limits }).registerVariable("order", "Order");

/** Which condition of a rule: `when` looks at the order as a whole, `lines` at each line as well, `event` at an event, `day` at the member alone. */
export type ConditionScope = "when" | "lines" | "event" | "day";

export const ENVIRONMENTS: Record<ConditionScope, Environment> = {
  when: ofOrder,
  lines: ofOrder.clone({ limits }).registerVariable("line", "Line"),
  event: ofMember.clone({ limits }).registerVariable("event", "Event"),
  day: ofMember,
};

export const VARIABLES: ReadonlySet<string> = new Set(["member", "order", "line", "event", "local", "now"]);
