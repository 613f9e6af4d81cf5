import type { ProgramDefinition } from "./definition.ts";

type Plain = null | string | number | boolean | undefined | Plain[] | { [key: string]: Plain };
type Item = { [key: string]: Plain };

const isItem = (value: Plain): value is Item => typeof value === "object" && value !== null && !Array.isArray(value);

/** Each single value in a nested one, by its path in words: `qualification any 1 atLeast`. */
function leavesOf(value: Plain, path: readonly string[] = []): Map<string, string> {
  if (Array.isArray(value)) return merge(value.map((item, index) => leavesOf(item, [...path, `${index + 1}`])));
  if (isItem(value)) return merge(Object.entries(value).map(([key, item]) => leavesOf(item, [...path, key])));
  return value === undefined ? new Map() : new Map([[path.join(" "), String(value)]]);
}

const merge = (parts: readonly Map<string, string>[]): Map<string, string> => new Map(parts.flatMap((part) => [...part]));

/** `multiplier 2 → 3`, `when added: …`, `until removed (was …)`, one text for each value that differs. */
function changesOf(before: Plain, after: Plain): string[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const [from, to] = [was.get(path), is.get(path)];
    if (from === to) return [];
    if (from === undefined) return [`${path} ${to} (new)`];
    return to === undefined ? [`${path} removed (was ${from})`] : [`${path} ${from} → ${to}`];
  });
}

/** An effect that is alone in its rule needs no number: `multiplier`, not `effects 1 multiplier`. */
function flattenOnlyEffect(rule: Item): Item {
  const { effects, ...rest } = rule;
  const only = Array.isArray(effects) && effects.length === 1 ? effects[0] : undefined;
  return only !== undefined && isItem(only) ? { ...rest, ...only } : rule;
}

function byKey(items: readonly Item[], key: string): Map<string, Item> {
  return new Map(items.map(({ [key]: id, ...item }) => [String(id), item]));
}

/** Changes of a list of named things: wallets, tiers, rules. */
function changesOfItems(noun: string, key: string, before: readonly Item[], after: readonly Item[]): string[] {
  const [was, is] = [byKey(before, key), byKey(after, key)];
  const removed = [...was.keys()].filter((id) => !is.has(id)).map((id) => `${noun} ${id}: removed`);
  const rest = [...is].flatMap(([id, item]) => {
    const former = was.get(id);
    if (former === undefined) return [`${noun} ${id}: added`];
    return changesOf(former, item).map((change) => `${noun} ${id}: ${change}`);
  });
  return [...removed, ...rest];
}

/** Tiers are a ladder, the first wallet is the main one, and lanes have their turns as they stand: their order says something. */
function changesOfOrder(noun: string, before: readonly Item[], after: readonly Item[]): string[] {
  const [was, is] = [before.map(({ id }) => id), after.map(({ id }) => id)];
  const isSame = was.length === is.length && was.every((id) => is.includes(id)) && was.join() !== is.join();
  return isSame ? [`${noun} in the order ${was.join(", ")} → ${is.join(", ")}`] : [];
}

/** Test cases change no decision: they are counted in one line. */
function changesOfTests(before: readonly Item[], after: readonly Item[]): string[] {
  const [was, is] = [byKey(before, "name"), byKey(after, "name")];
  const counts = {
    added: [...is.keys()].filter((name) => !was.has(name)).length,
    changed: [...is].filter(([name, test]) => was.has(name) && changesOf(was.get(name), test).length > 0).length,
    removed: [...was.keys()].filter((name) => !is.has(name)).length,
  };
  const words = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  return words.length === 0 ? [] : [`test cases: ${words.join(", ")}`];
}

/** What another definition would change, in words that a person reads: `rule double-from-300: multiplier 2 → 3`. */
export function diffPrograms(before: ProgramDefinition | null | undefined, after: ProgramDefinition): string[] {
  const {
    wallets,
    earning,
    tiers,
    upgrades = [],
    rewards = [],
    coupons = [],
    calendars = [],
    lanes = [],
    events = [],
    rules,
    tests = [],
    ...settings
  } = after;
  const former = before ?? null;
  const ofProgram =
    former === null ? [`program ${after.id}: created`] : changesOf(settingsOf(former), settings).map((change) => `program: ${change}`);
  const [walletsWere, earningWas, tiersWere, rulesWere] = [
    former?.wallets ?? [],
    former?.earning ?? [],
    former?.tiers ?? [],
    former?.rules ?? [],
  ];
  return [
    ...ofProgram,
    ...changesOfItems("wallet", "id", walletsWere, wallets),
    ...changesOfOrder("wallets", walletsWere, wallets),
    ...changesOfItems("earning of", "wallet", earningWas, earning),
    ...changesOfItems("tier", "id", tiersWere, tiers),
    ...changesOfOrder("tiers", tiersWere, tiers),
    ...changesOfItems("upgrade", "id", former?.upgrades ?? [], upgrades),
    ...changesOfItems("reward", "id", former?.rewards ?? [], rewards),
    ...changesOfItems("coupon", "id", former?.coupons ?? [], coupons),
    ...changesOfItems("calendar", "id", former?.calendars ?? [], calendars),
    ...changesOfItems("lane", "id", former?.lanes ?? [], lanes),
    ...changesOfOrder("lanes", former?.lanes ?? [], lanes),
    ...changesOfItems("event", "type", former?.events ?? [], events),
    ...changesOfItems("rule", "id", rulesWere.map(flattenOnlyEffect), rules.map(flattenOnlyEffect)),
    ...changesOfTests(former?.tests ?? [], tests),
  ];
}

function settingsOf({
  wallets: _wallets,
  earning: _earning,
  tiers: _tiers,
  upgrades: _upgrades,
  rewards: _rewards,
  coupons: _coupons,
  calendars: _calendars,
  lanes: _lanes,
  events: _events,
  rules: _rules,
  tests: _tests,
  ...settings
}: ProgramDefinition): Item {
  return settings;
}
