import { daysToAnniversary } from "../../core/calendar-day.ts";
import { windowKey } from "../../core/metric-window.ts";
import { dateToDay, daysSince, dayToDate, localDay } from "../../core/period.ts";
import { calendarOf } from "../../core/zone-calendar.ts";
import type { Attribute, Attributes, CartFacts, EventFacts, Json, MemberFacts } from "../decision.ts";
import { type OpenLine, sumLeft, sumUnits } from "../open-line.ts";
import { hasNoCountedOrder } from "./metric-calls.ts";

/** A value as CEL knows it: whole numbers are int (bigint), others double, objects maps. */
type CelValue = null | string | number | bigint | boolean | CelValue[] | CelMap;
type CelMap = ReadonlyMap<string, CelValue>;

const celScalar = (value: Attribute): CelValue => (typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value);

function celAttributes(attributes: Attributes): CelMap {
  return new Map(Object.entries(attributes).map(([name, value]) => [name, Array.isArray(value) ? value.map(celScalar) : celScalar(value)]));
}

/** `member` in a condition. Like the other classes here it turns a fact into a CEL value when it is read, and no sooner. */
export class CelMember {
  readonly id: string;
  readonly tier: string;
  readonly status: string;
  readonly enrolledAt: Date;
  readonly birthDate: string | undefined;
  readonly segments: readonly string[];
  readonly #facts: MemberFacts;
  readonly #now: Date;
  readonly #zone: string;
  #attributes: CelMap | undefined;

  constructor(facts: MemberFacts, now: Date, zone: string) {
    this.id = facts.id;
    this.tier = facts.tier;
    this.status = facts.status;
    this.enrolledAt = facts.enrolledAt;
    this.birthDate = facts.birthDate;
    this.segments = facts.segments;
    this.#facts = facts;
    this.#now = now;
    this.#zone = zone;
  }

  get joinedDays(): bigint {
    return this.#daysSince(this.#facts.enrolledAt);
  }
  get tierSinceDays(): bigint {
    return this.#daysSince(this.#facts.tierSince);
  }

  /** Undefined where the birth date is not known. */
  get birthdayInDays(): bigint | undefined {
    const { birthDate } = this.#facts;
    if (birthDate === undefined) return undefined;
    return BigInt(daysToAnniversary(localDay(this.#now, this.#zone), dateToDay(birthDate)));
  }

  get isFirstOrder(): boolean {
    return hasNoCountedOrder((key) => this.#facts.sums[key] ?? 0);
  }
  /** By window key, for explanations. */
  get sums(): Readonly<Record<string, number>> {
    return this.#facts.sums;
  }
  /** Before the order, as of its local day: minor units, orders or points. */
  metric(metric: string, window: string): bigint {
    return BigInt(this.#facts.sums[windowKey(metric, window).key] ?? 0);
  }

  get attributes(): CelMap {
    this.#attributes ??= celAttributes(this.#facts.attributes);
    return this.#attributes;
  }

  #daysSince(instant: Date): bigint {
    return BigInt(daysSince(instant, localDay(this.#now, this.#zone), this.#zone));
  }
}

/** `line` in a condition. */
export class CelLine {
  readonly sku: string;
  readonly name: string | undefined;
  readonly category: string | undefined;
  readonly #open: OpenLine;
  #attributes: CelMap | undefined;

  constructor(open: OpenLine) {
    this.sku = open.facts.sku;
    this.name = open.facts.name;
    this.category = open.facts.category;
    this.#open = open;
  }

  get line(): bigint {
    return BigInt(this.#open.line);
  }
  get quantity(): bigint {
    return BigInt(this.#open.facts.quantity);
  }
  get unitPrice(): bigint {
    return BigInt(this.#open.facts.unitPrice);
  }
  get gross(): bigint {
    return BigInt(this.#open.gross);
  }
  get net(): bigint {
    return BigInt(this.#open.left);
  }
  get attributes(): CelMap {
    this.#attributes ??= celAttributes(this.#open.facts.attributes);
    return this.#attributes;
  }
}

/** `order` in a condition. `net` is what is left at the turn of the rule that asks. */
export class CelOrder {
  readonly gross: bigint;
  readonly shipping: bigint;
  readonly currency: string;
  readonly pricing: string;
  readonly channel: string | undefined;
  readonly country: string | undefined;
  readonly lineCount: bigint;
  readonly #cart: CartFacts;
  readonly #open: readonly OpenLine[];
  #attributes: CelMap | undefined;
  #lines: CelLine[] | undefined;
  #net: bigint | undefined;
  #quantity: bigint | undefined;

  constructor(cart: CartFacts, open: readonly OpenLine[], gross: number) {
    this.gross = BigInt(gross);
    this.shipping = BigInt(cart.shipping);
    this.currency = cart.currency;
    this.pricing = cart.pricing;
    this.channel = cart.channel;
    this.country = cart.country;
    this.lineCount = BigInt(open.length);
    this.#cart = cart;
    this.#open = open;
  }

  /** What is left changes between the turns of rules only: a condition that asks for it on every line sums it once. */
  beginTurn(): void {
    this.#net = undefined;
  }

  get net(): bigint {
    this.#net ??= BigInt(sumLeft(this.#open));
    return this.#net;
  }
  get quantity(): bigint {
    this.#quantity ??= BigInt(sumUnits(this.#open));
    return this.#quantity;
  }
  get attributes(): CelMap {
    this.#attributes ??= celAttributes(this.#cart.attributes);
    return this.#attributes;
  }
  get lines(): CelLine[] {
    this.#lines ??= this.#open.map((line) => new CelLine(line));
    return this.#lines;
  }
}

function celJson(value: Json): CelValue {
  if (value === null || typeof value !== "object") return value === null ? null : celScalar(value);
  return Array.isArray(value) ? value.map(celJson) : new Map(Object.entries(value).map(([name, item]) => [name, celJson(item)]));
}

/** `event` in a condition. */
export class CelEvent {
  readonly id: string;
  readonly type: string;
  readonly #facts: EventFacts;
  #data: CelMap | undefined;

  constructor(facts: EventFacts) {
    this.id = facts.id;
    this.type = facts.type;
    this.#facts = facts;
  }

  get data(): CelMap {
    this.#data ??= new Map(Object.entries(this.#facts.data).map(([name, value]) => [name, celJson(value)]));
    return this.#data;
  }
}

/** `local` in a condition: `now` as the calendar and the clock on the wall of the program's time zone show it. */
export class CelLocal {
  readonly #now: Date;
  readonly #zone: string;
  #date: string | undefined;

  constructor(now: Date, zone: string) {
    this.#now = now;
    this.#zone = zone;
  }

  get date(): string {
    this.#date ??= dayToDate(localDay(this.#now, this.#zone));
    return this.#date;
  }
  get year(): bigint {
    return BigInt(this.date.slice(0, 4));
  }
  get month(): bigint {
    return BigInt(this.date.slice(5, 7));
  }
  get day(): bigint {
    return BigInt(this.date.slice(8, 10));
  }
  /** ISO 8601: Monday is 1, Sunday is 7. */
  get weekday(): bigint {
    return BigInt(((((localDay(this.#now, this.#zone) + 3) % 7) + 7) % 7) + 1);
  }
  get hour(): bigint {
    return BigInt(Math.floor(this.#timeOfDay() / 3_600_000));
  }
  get minute(): bigint {
    return BigInt(Math.floor(this.#timeOfDay() / 60_000) % 60);
  }

  #timeOfDay(): number {
    return calendarOf(this.#zone).timeOfDay(this.#now.getTime());
  }
}

/** The variables of a condition: `order` of rules on orders, with `line` in `lines` conditions; `event` of rules on events. */
export type ConditionFacts = { member: CelMember; now: Date; local: CelLocal; order?: CelOrder; line?: CelLine; event?: CelEvent };

/** How many values a piece of JSON is made of, itself included: no list or map in it is longer. */
function countValues(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((count, item) => count + countValues(item), 1);
}

/** The length of the longest list (or map, which can be walked too) that a condition over these facts meets. */
export function longestList(member: MemberFacts, cart: CartFacts, event?: EventFacts): number {
  let longest = Math.max(cart.lines.length, member.segments.length, event === undefined ? 0 : countValues(event.data));
  for (const { attributes } of [member, cart, ...cart.lines]) {
    let names = 0;
    for (const name in attributes) {
      names += 1;
      const value = attributes[name];
      if (Array.isArray(value) && value.length > longest) longest = value.length;
    }
    if (names > longest) longest = names;
  }
  return longest;
}
