import type { Random } from "./random.ts";

const FIRST = [
  "Amara",
  "Ben",
  "Chloe",
  "Dev",
  "Elsie",
  "Farah",
  "Gwen",
  "Hugo",
  "Imogen",
  "Jonah",
  "Kezia",
  "Leo",
  "Mina",
  "Noor",
  "Owen",
  "Priya",
];
const LAST = [
  "Abbott",
  "Bashir",
  "Carver",
  "Dunne",
  "Ellis",
  "Fenwick",
  "Grant",
  "Hale",
  "Iqbal",
  "Jarvis",
  "Keane",
  "Lowe",
  "Moss",
  "Nash",
  "Okoro",
];

/** How somebody shops: how often in a year, how much at once, and how much of it comes back. */
type Habit = { share: number; ordersMin: number; ordersMax: number; linesMax: number; returnChance: number };

const HABITS: readonly Habit[] = [
  { share: 62, ordersMin: 1, ordersMax: 4, linesMax: 4, returnChance: 0.04 },
  { share: 28, ordersMin: 4, ordersMax: 12, linesMax: 5, returnChance: 0.06 },
  { share: 8, ordersMin: 12, ordersMax: 30, linesMax: 6, returnChance: 0.05 },
  { share: 2, ordersMin: 25, ordersMax: 48, linesMax: 9, returnChance: 0.18 },
];

export type Person = { id: string; displayName: string; birthDate: string; joinedDay: number; habit: Habit };

/** A third are members already when the year begins; the others join while it passes. */
export function makePerson(random: Random, index: number, daysInYear: number): Person {
  const birthDate = new Date(Date.UTC(random.int(1948, 2006), random.int(0, 11), random.int(1, 28))).toISOString().slice(0, 10);
  return {
    id: `member-${String(index + 1).padStart(4, "0")}`,
    displayName: `${random.pick(FIRST)} ${random.pick(LAST)}`,
    birthDate,
    joinedDay: random.chance(0.35) ? 0 : random.int(0, daysInYear - 30),
    habit: random.pick(HABITS, ({ share }) => share),
  };
}
