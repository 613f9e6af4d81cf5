import type { Random } from "../../examples/demo/random.ts";

/** What a generated expression may name: the elements of the lists it is inside of. */
type Scope = { random: Random; elements: readonly string[]; depth: number };

const deeper = (scope: Scope): Scope => ({ ...scope, depth: scope.depth - 1 });
const oneOf = ({ random }: Scope, choices: readonly (() => string)[]): string => random.pick(choices)();

const INTEGERS = ["0", "1", "-1", "3", "20000", "9007199254740991", "9007199254740993", "9223372036854775807", "-9223372036854775808"];
const TEXTS = ["shoes", "", "gold", "满减", "🎁", "a".repeat(200), "\\u0000", "e\\u0301", "' or true", "\\\\"];
/** Patterns that make a backtracking engine take forever, among ordinary ones and ones that are none. */
const PATTERNS = [
  "^app-",
  "(a+)+$",
  "(a|a)*b",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(x+x+)+y",
  "a{1,1000}",
  "(a{1,50}){1,50}",
  "[",
  "(?=a)",
  "\\\\1",
];

function integer(scope: Scope): string {
  const { random, elements, depth } = scope;
  const leaf = [
    () => random.pick(INTEGERS),
    () => random.pick(["order.net", "order.gross", "order.quantity", "order.lineCount", "order.shipping"]),
    () => random.pick(["member.joinedDays", "member.tierSinceDays", "local.hour", "local.day", "local.weekday"]),
    () => (elements.length === 0 ? "order.net" : `${random.pick(elements)}.${random.pick(["net", "quantity", "unitPrice", "line"])}`),
  ];
  if (depth <= 0) return oneOf(scope, leaf);
  const inner = deeper(scope);
  return oneOf(scope, [
    ...leaf,
    () => `(${integer(inner)} ${random.pick(["+", "-", "*", "/", "%"])} ${integer(inner)})`,
    () => `size(${text(inner)})`,
    () => `int(${text(inner)})`,
    () => `${list(inner)}.size()`,
    () =>
      `member.metric("${random.pick(["spend", "orders", "points:points", "nothing"])}", "${random.pick(["365d", "month", "lifetime", "0d"])}")`,
  ]);
}

function text(scope: Scope): string {
  const { random, elements, depth } = scope;
  const leaf = [
    () => `"${random.pick(TEXTS)}"`,
    () => random.pick(["member.id", "member.tier", "member.birthDate", "order.channel", "order.country", "order.currency", "local.date"]),
    () => (elements.length === 0 ? "order.channel" : `${random.pick(elements)}.${random.pick(["sku", "name", "category"])}`),
  ];
  if (depth <= 0) return oneOf(scope, leaf);
  const inner = deeper(scope);
  return oneOf(scope, [
    ...leaf,
    () => `(${text(inner)} + ${text(inner)})`,
    () => `${text(inner)}.${random.pick(["lowerAscii", "upperAscii", "trim"])}()`,
    () => `string(${integer(inner)})`,
  ]);
}

function list(scope: Scope): string {
  const { random, depth } = scope;
  const leaf = [() => "order.lines", () => "order.lines", () => "[1, 2, 3]", () => "member.attributes"];
  if (depth <= 0) return oneOf(scope, leaf);
  const name = elementName(scope);
  const within = { ...deeper(scope), elements: [...scope.elements, name] };
  return oneOf(scope, [
    ...leaf,
    () => `order.lines.filter(${name}, ${truth(within)})`,
    () => `order.lines.map(${name}, ${random.chance(0.5) ? integer(within) : text(within)})`,
    () => `(${list(deeper(scope))} + ${list(deeper(scope))})`,
  ]);
}

const elementName = ({ elements }: Scope): string => `e${elements.length}`;

const attribute = ({ random, elements }: Scope): string => {
  const owner = random.pick(["member", "order", ...elements]);
  return `${owner}.attributes.${random.pick(["vip", "size", "tags", "constructor", "__proto__"])}`;
};

function truth(scope: Scope): string {
  const { random, depth } = scope;
  const compare = random.pick(["==", "!=", "<", "<=", ">", ">="]);
  const leaf = [
    () => `${integer({ ...scope, depth: 0 })} ${compare} ${integer({ ...scope, depth: 0 })}`,
    () => `${text({ ...scope, depth: 0 })} == ${text({ ...scope, depth: 0 })}`,
    () => `has(${attribute(scope)})`,
    () => `${attribute(scope)} == ${random.pick(["true", "1", '"red"', "1.5", "null", "[1]"])}`,
    () => random.pick(["true", "false", "now > member.enrolledAt", 'now - member.enrolledAt <= duration("720h")']),
  ];
  if (depth <= 0) return oneOf(scope, leaf);
  const inner = deeper(scope);
  const name = elementName(scope);
  const within = { ...inner, elements: [...scope.elements, name] };
  return oneOf(scope, [
    ...leaf,
    () => `(${truth(inner)} ${random.pick(["&&", "&&", "||"])} ${truth(inner)})`,
    () => `!(${truth(inner)})`,
    () => `(${truth(inner)} ? ${truth(inner)} : ${truth(inner)})`,
    () => `${integer(inner)} ${compare} ${integer(inner)}`,
    () => `${list(inner)}.${random.pick(["exists", "all", "exists_one"])}(${name}, ${truth(within)})`,
    () => `${text(inner)}.${random.pick(["contains", "startsWith", "endsWith"])}(${text(inner)})`,
    () => `${text(inner)}.matchesRe2("${random.pick(PATTERNS)}")`,
    () => `${random.chance(0.5) ? integer(inner) : text(inner)} in ${list(inner)}`,
    // Of the wrong type on purpose.
    () => (random.chance(0.2) ? integer(inner) : truth(inner)),
  ]);
}

/** A condition that usually compiles: nested macros, hostile patterns, numbers at the edge of their range, texts of all kinds. */
export function randomCondition(random: Random, of: "when" | "lines"): string {
  return truth({ random, elements: of === "lines" ? ["line"] : [], depth: random.int(0, 5) });
}

const BOMBS: readonly ((random: Random) => string)[] = [
  (random) => "(".repeat(random.int(10, 1500)),
  (random) => `${"!".repeat(random.int(10, 1500))}true`,
  (random) => Array.from({ length: random.int(2, 400) }, () => "true").join(" && "),
  (random) => `${"[".repeat(random.int(10, 900))}1${"]".repeat(random.int(10, 900))} == []`,
  () => 'order.constructor.constructor("return process")().exit() == 1',
  () => "order.lines.all(a, order.lines.all(b, order.lines.all(c, order.lines.all(d, a.net + b.net + c.net + d.net > 0))))",
  () => "order.lines.map(a, order.lines.map(b, order.lines)).size() > 0",
  (random) => `"${"a".repeat(random.int(1, 3000))}".matchesRe2("(a+)+$")`,
  () => 'member.id.matches("(a+)+$")',
  (random) => `"${"ä".repeat(random.int(1, 3000))}" == member.id`,
  (random) => String.fromCodePoint(...Array.from({ length: 40 }, () => random.int(1, 0xd7ff))),
];

/** A text that is hardly a condition: bombs, and good ones with a character gone, doubled or put in. */
export function brokenCondition(random: Random): string {
  if (random.chance(0.4)) return random.pick(BOMBS)(random);
  const condition = randomCondition(random, "when");
  const at = random.int(0, condition.length);
  return (
    condition.slice(0, at) + random.pick(["", "(", ")", '"', "\\", "..", "\0", "🎁", "&&", "1e999", condition]) + condition.slice(at + 1)
  );
}
