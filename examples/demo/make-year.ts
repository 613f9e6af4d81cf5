import { makePerson, type Person } from "./people.ts";
import { PRODUCTS } from "./products.ts";
import { type Random, seededRandom } from "./random.ts";

export const MEMBERS = 2_000;
const DAYS = 365;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SHIPPING = 395;
const SEED = 20_260_301;

/** How busy the shop is, by month (January first) and by day of the week (Sunday first). */
const BY_MONTH = [0.7, 0.8, 0.9, 1, 1, 0.9, 0.8, 0.75, 0.95, 1.05, 1.5, 2.1];
const BY_WEEKDAY = [1.25, 0.8, 0.8, 0.9, 1, 1.25, 1.4];

type Line = { line: number; sku: string; name: string; category: string; quantity: number; unitPrice: number };
type Order = {
  type: "order";
  id: string;
  memberId: string;
  occurredAt: string;
  currency: "GBP";
  shipping: number;
  channel: string;
  lines: Line[];
};
type Return = {
  type: "return";
  id: string;
  orderId: string;
  memberId: string;
  occurredAt: string;
  lines: { line: number; quantity: number }[];
};
type Member = { type: "member"; id: string; displayName: string; birthDate: string; enrolledAt: string };

/** A line of the import, in the order in which things happened. */
export type YearLine = Member | Order | Return;

/**
 * A year of a shop that ends at `end`: who joined, what they bought, what came back. The same for the same end.
 */
export function makeYear(end: Date, members: number = MEMBERS): YearLine[] {
  const random = seededRandom(SEED);
  const firstDay = end.getTime() - DAYS * DAY_MS;
  const year = Array.from({ length: members }, (_, index) =>
    linesOfMember(random, makePerson(random, index, DAYS), firstDay, end.getTime()),
  ).flat();
  return year.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0));
}

const timeOf = (line: YearLine): string => (line.type === "member" ? line.enrolledAt : line.occurredAt);
const iso = (time: number): string => new Date(time).toISOString();

function linesOfMember(random: Random, person: Person, firstDay: number, end: number): YearLine[] {
  const { id, displayName, birthDate, joinedDay, habit } = person;
  const lines: YearLine[] = [{ type: "member", id, displayName, birthDate, enrolledAt: iso(firstDay + joinedDay * DAY_MS) }];
  const orders = Math.max(1, Math.round((random.int(habit.ordersMin, habit.ordersMax) * (DAYS - joinedDay)) / DAYS));
  for (let number = 1; number <= orders; number += 1) {
    const placedAt = orderTime(random, firstDay, joinedDay);
    const order = makeOrder(random, person, `${id}-${number}`, placedAt);
    lines.push(order);
    const returned = random.chance(habit.returnChance) ? makeReturn(random, order, placedAt) : undefined;
    if (returned !== undefined && Date.parse(returned.occurredAt) < end) lines.push(returned);
  }
  return lines;
}

/** A moment after the member joined, likelier in December and at the weekend, in the shop's waking hours. */
function orderTime(random: Random, firstDay: number, joinedDay: number): number {
  for (;;) {
    const day = firstDay + random.int(joinedDay + 1, DAYS - 1) * DAY_MS;
    const date = new Date(day);
    const busy = (BY_MONTH[date.getUTCMonth()] ?? 1) * (BY_WEEKDAY[date.getUTCDay()] ?? 1);
    if (random.chance(busy / 3)) return day + Math.floor((7 + random.next() * 14) * HOUR_MS);
  }
}

function makeOrder(random: Random, { id: memberId, habit }: Person, id: string, placedAt: number): Order {
  const wanted = random.int(1, habit.linesMax);
  const products = new Set(Array.from({ length: wanted }, () => random.pick(PRODUCTS, ({ popularity }) => popularity)));
  const lines = [...products].map(({ sku, name, category, unitPrice }, index) => {
    const quantity = unitPrice > 2_000 ? 1 : random.int(1, 3);
    return { line: index + 1, sku, name, category, quantity, unitPrice };
  });
  const channel = random.chance(0.7) ? "web" : "store";
  return {
    type: "order",
    id,
    memberId,
    occurredAt: iso(placedAt),
    currency: "GBP",
    shipping: channel === "web" ? SHIPPING : 0,
    channel,
    lines,
  };
}

/** One line comes back in part or whole, now and then all of them, within three weeks. */
function makeReturn(random: Random, { id: orderId, memberId, lines }: Order, placedAt: number): Return {
  const whole = random.chance(0.3);
  const back = whole ? lines : [random.pick(lines)];
  return {
    type: "return",
    id: `R-${orderId}`,
    orderId,
    memberId,
    occurredAt: iso(placedAt + random.int(2, 20) * DAY_MS + random.int(0, 5) * HOUR_MS),
    lines: back.map(({ line, quantity }) => ({ line, quantity: whole ? quantity : random.int(1, quantity) })),
  };
}
