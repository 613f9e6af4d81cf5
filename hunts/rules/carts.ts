import type { Random } from "../../examples/demo/random.ts";
import type { Attributes, CartFacts, EventFacts, Json, LineFacts, MemberFacts } from "../../src/rules/decision.ts";
import { SKUS } from "./rule-file.ts";

function attributes(random: Random): Attributes {
  const all: Attributes = {};
  if (random.chance(0.3)) all.vip = random.pick<boolean | string>([true, false, "yes"]);
  if (random.chance(0.3)) all.size = random.pick([0, 5, 1.5, 2 ** 53 - 1, -1]);
  if (random.chance(0.2)) all.groupSize = random.pick<number | string>([3, 50, "many"]);
  if (random.chance(0.1)) all.tags = Array.from({ length: random.pick([0, 3, 1000]) }, (_, index) => (index % 2 === 0 ? index : "red"));
  if (random.chance(0.05)) Object.assign(all, { constructor: "text" });
  if (random.chance(0.05)) for (let index = 0; index < 45; index += 1) all[`a${index}`] = "🎁".repeat(20);
  return all;
}

function line(number: number, random: Random, isAsPaid: boolean): LineFacts {
  const isHuge = random.chance(0.01);
  const quantity = isHuge ? random.pick([1000, 1_000_000_000]) : random.pick([1, 1, 2, 3, 7, 100]);
  const unitPrice = isHuge
    ? Math.floor((2 ** 53 - 1) / quantity / random.pick([1, 1000]))
    : random.pick([0, 1, 99, 1225, random.int(0, 99_999)]);
  const paid = Math.floor(quantity * unitPrice * random.pick([0, 0.5, 1]));
  return {
    line: number,
    sku: random.pick(SKUS),
    quantity,
    unitPrice,
    tax: Math.floor((isAsPaid ? paid : quantity * unitPrice) * random.pick([0, 0, 0.1, 1])),
    attributes: attributes(random),
    ...(isAsPaid && { paid }),
    ...(random.chance(0.5) && { category: random.pick(["shoes", "socks"]) }),
    ...(random.chance(0.3) && { name: random.pick(["Lamp", "a".repeat(500), "é́‮"]) }),
  };
}

/** A cart as the engine sees it once it has been accepted: mostly small, sometimes as large as a cart may be. */
export function randomCart(random: Random): CartFacts {
  const isAsPaid = random.chance(0.15);
  const length = random.pick([1, 1, 2, 3, 5, 8, 8, random.chance(0.1) ? 1000 : 30]);
  return {
    currency: "CNY",
    pricing: isAsPaid ? "asPaid" : "engine",
    shipping: random.chance(0.02) ? 2 ** 53 - 1 : random.pick([0, 1, 1000]),
    attributes: attributes(random),
    lines: Array.from({ length }, (_, index) => line(index + 1, random, isAsPaid)),
    ...(random.chance(0.5) && { channel: random.pick(["web", "app-ios", "a".repeat(64)]) }),
    ...(random.chance(0.3) && { country: "CN" }),
  };
}

/** Moments around which calendars go wrong: nights on which the clock is moved, leap days, ends of months and years. */
const MOMENTS = [
  "2026-03-29T00:59:59.999Z",
  "2026-03-29T01:00:00Z",
  "2026-10-25T01:30:00Z",
  "2026-11-01T06:00:00Z",
  "2028-02-29T12:00:00Z",
  "2027-02-28T16:00:00Z",
  "2026-12-31T15:59:59.999Z",
  "2026-08-07T16:00:00Z",
  "1970-01-01T00:00:00Z",
].map((text) => Date.parse(text));

export function randomMoment(random: Random): Date {
  const days = random.chance(0.5) ? random.int(-400, 400) : 0;
  return new Date(Math.max(0, random.pick(MOMENTS) + days * 86_400_000));
}

/** `sums` names the sums that the program's conditions read. */
export function randomMember(random: Random, now: Date, sums: readonly { key: string }[]): MemberFacts {
  const enrolledAt = new Date(Math.max(0, now.getTime() - random.int(0, 1000) * 86_400_000));
  return {
    id: "hunted",
    status: "active",
    tier: random.pick(["regular", "silver", "gold", "gone"]),
    tierSince: enrolledAt,
    enrolledAt,
    attributes: attributes(random),
    segments: random.pick([[], ["press"], ["press", "staff"]]),
    sums: Object.fromEntries(sums.map(({ key }) => [key, random.pick([0, 1, 50_000, 2 ** 53 - 1])])),
    ...(random.chance(0.5) && { birthDate: random.pick(["1990-06-10", "1992-02-29", "2000-12-31"]) }),
  };
}

/** Data of an event as a shop may send it; the schema of its type may refuse it. */
export function randomEventData(random: Random): EventFacts["data"] {
  const data: EventFacts["data"] = {};
  for (let fields = random.int(0, 4); fields > 0; fields -= 1) {
    data[random.pick(["rating", "product", "tags", "a"])] = random.pick<Json>([
      5,
      1.5,
      "满减",
      true,
      null,
      ["red", [1]],
      { b: { c: [{}] } },
    ]);
  }
  return data;
}
