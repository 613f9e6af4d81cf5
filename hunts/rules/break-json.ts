import type { Random } from "../../examples/demo/random.ts";
import { brokenCondition } from "./conditions.ts";

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Values that stand where others belong. */
const WRONG: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0.1,
  () => 2 ** 53,
  () => 2 ** 53 - 1,
  () => -(2 ** 53),
  () => 1e308,
  () => "",
  () => "1",
  () => "a".repeat(100_000),
  () => "\u0000",
  () => "\ud800",
  () => "‮🎁é́",
  () => [],
  () => ({}),
  (random) => nested(random.int(1, 40)),
  (random) => Array.from({ length: random.int(100, 3000) }, (_, index) => index),
  () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'),
  (random) => brokenCondition(random),
];

type Container = Record<string, unknown> | unknown[];

/** All objects and lists in a value, itself first. */
function containersOf(value: unknown): Container[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containersOf)];
}

/** Breaks a copy of a JSON value in one place: a value of a wrong kind, a field gone or doubled, or one that nobody knows. */
export function breakJson<Value>(value: Value, random: Random): Value {
  const copy = structuredClone(value);
  const containers = containersOf(copy).filter((container) => Object.keys(container).length > 0);
  const target = random.pick(containers) as Record<string, unknown>;
  const key = random.pick(Object.keys(target));
  const way = random.int(1, 10);
  if (way <= 7) target[key] = random.pick(WRONG)(random);
  else if (way === 8 && !Array.isArray(target)) delete target[key];
  else if (way === 9 && Array.isArray(target)) target.push(structuredClone(target[Number(key)]));
  else target[random.pick(["nobody-knows", "id", "kind", "when", "", "0"])] = random.pick(WRONG)(random);
  return copy;
}
