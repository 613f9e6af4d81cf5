import { expect, test } from "vitest";
import { type SyntaxPlace, whyIgnored } from "../../hunts/mutants/documentation.ts";
import { type Mutant, scoreOf, survivors } from "../../hunts/mutants/score.ts";

const mutant = (status: string, over: Partial<Mutant> = {}): Mutant => ({
  fileName: "/root/src/core/period.ts",
  mutatorName: "BooleanLiteral",
  replacement: "false",
  location: { start: { line: 3, column: 7 } },
  status,
  ...over,
});

const mutants = [
  ...Array.from({ length: 4 }, () => mutant("Killed")),
  mutant("Timeout"),
  mutant("Survived"),
  mutant("NoCoverage", { replacement: "{\n  a\n}" }),
  mutant("RuntimeError"),
  mutant("Ignored"),
];

test("of mutants that could run, those count as found that made a test fail or never end", () => {
  expect(scoreOf(mutants)).toEqual({
    mutants: 8,
    killed: 4,
    timeout: 1,
    survived: 1,
    uncovered: 1,
    ignored: 1,
    broken: 1,
    found: (100 * 5) / 7,
  });
  expect(scoreOf([]).found).toBe(0);
});

test("those that no test has found are named with their place", () => {
  expect(survivors(mutants, "/root/")).toEqual([
    "src/core/period.ts:3:7 BooleanLiteral → false",
    "src/core/period.ts:3:7 BooleanLiteral → { a } (no test)",
  ]);
});

test.each<[string, SyntaxPlace, boolean]>([
  ["what is handed to .meta()", argumentOf("meta"), true],
  ["what is handed to .describe()", argumentOf("describe"), true],
  ["what is handed to another method", argumentOf("min"), false],
  ["what is handed to a function", { listKey: "arguments", parent: { type: "CallExpression", callee: { type: "Identifier" } } }, false],
  ["the schema that is described", { ...argumentOf("meta"), listKey: undefined }, false],
  ["a whole file", {}, false],
])("only what documents a schema is not changed: %s", (_, place, isIgnored) => {
  expect(whyIgnored(place) !== undefined).toBe(isIgnored);
});

function argumentOf(name: string): SyntaxPlace {
  return { listKey: "arguments", parent: { type: "CallExpression", callee: { type: "MemberExpression", property: { name } } } };
}
