import { describe, expect, test } from "vitest";
import { compileProgram, parseProgram } from "../../src/programs/compile.ts";
import { ProgramDefinition } from "../../src/programs/definition.ts";
import { RuleDefinition } from "../../src/programs/rule-definition.ts";
import { runTestCases } from "../../src/programs/run-test-cases.ts";
import { TestCase } from "../../src/programs/test-case.ts";
import { TierDefinition } from "../../src/programs/tier-definition.ts";
import { Effect } from "../../src/rules/effects/index.ts";
import { Schedule } from "../../src/rules/schedules/schedule.ts";
import { guideBlocks, guideExamples, guideNames, namesInTables } from "../support/guide.ts";
import { programInput } from "../support/rules.ts";

type Shown = Record<string, unknown> & { rules?: { id: string }[]; tests?: unknown[] };

/** What fails of an example's test cases; the example is laid over the small program that the guide speaks of. */
const failuresOf = (shown: Shown) => [...runTestCases(compileProgram(parseProgram(programInput(shown)), 1))].flat();

const paused = (shown: Shown, id: string): Shown => ({
  ...shown,
  rules: shown.rules?.map((rule) => (rule.id === id ? { ...rule, state: "paused" } : rule)) ?? [],
});

const examples = guideExamples("rules.md", "programs.md").map(({ place, shown }) => ({ place, shown: shown as Shown }));
const withRules = examples.filter(({ shown }) => shown.rules !== undefined);
const conditions = guideBlocks("rules.md")
  .filter(({ language }) => language === "cel")
  .flatMap(({ text, line }) =>
    text
      .trimEnd()
      .split("\n")
      .map((condition, index) => ({ place: `rules.md:${line + index}`, condition })),
  );

describe("the examples of the guide", () => {
  test("are found", () => {
    expect(withRules.length).toBeGreaterThanOrEqual(3);
    expect(conditions.length).toBeGreaterThanOrEqual(6);
  });

  test.each(examples)("$place is part of a program's file, and its test cases pass", ({ shown }) => {
    expect(failuresOf(shown)).toEqual([]);
  });

  test.each(withRules)("$place has a test case that needs each of its rules", ({ shown }) => {
    expect(shown.tests?.length ?? 0).toBeGreaterThan(0);
    for (const { id } of shown.rules ?? []) expect(failuresOf(paused(shown, id)), `without ${id} every test case passes`).not.toEqual([]);
  });

  test.each(conditions)("$place compiles: $condition", ({ condition }) => {
    const part = /\bline\./.test(condition) ? "lines" : "when";
    const rules = [{ id: "shown", [part]: condition, effects: [{ kind: "discount_percent", percent: 1 }] }];

    expect(() => parseProgram(programInput({ rules }))).not.toThrow();
  });
});

describe("the guide speaks of every field of", () => {
  test.each([
    ["a program", ProgramDefinition.shape],
    ["a tier", TierDefinition.shape],
    ["a rule", RuleDefinition.shape],
    ["a test case", TestCase.shape],
    ["what a test case expects", TestCase.shape.expect.shape],
  ])("%s", (_, shape) => {
    expect(Object.keys(shape).filter((field) => !guideNames(field, "rules.md", "programs.md"))).toEqual([]);
  });
});

describe("the tables of the guide", () => {
  const named = namesInTables("rules.md");

  test("name every effect", () => {
    expect(Effect.options.map(({ shape }) => shape.kind.value).filter((kind) => !named.has(kind))).toEqual([]);
  });

  test("name every field of a schedule", () => {
    expect(Object.keys(Schedule.shape).filter((field) => !named.has(field))).toEqual([]);
  });
});
