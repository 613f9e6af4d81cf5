import type pg from "pg";
import { type InputProblem, LoyaltyError, refuseField } from "../core/errors.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { parseProgram } from "../programs/compile.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import { diffPrograms } from "../programs/diff.ts";
import { publish } from "../programs/publish.ts";
import { readTimeline, requireRuleSet } from "../programs/store.ts";
import { versionAt } from "../programs/timeline.ts";

/** What is wrong with a draft, how its test cases come out, and what it would change; `against` is the version in force, 0 without one. */
export type DraftValidation = {
  valid: boolean;
  against: number;
  errors: readonly InputProblem[];
  testCases: { run: number; failed: number };
  changes: string[];
};

/** A draft as the definition of its program. Errors: program_invalid. */
export function definitionOf(program: ProgramContext, content: unknown): ProgramDefinition {
  const definition = parseProgram(content);
  if (definition.id !== program.id) throw refuseField("program_invalid", "/id", `This draft is of the program "${program.id}"`);
  return definition;
}

/** Runs all that publishing the draft at once would check, and writes nothing. */
export async function validateDraft(pool: pg.Pool, program: ProgramContext, content: unknown, now: Date): Promise<DraftValidation> {
  const against = versionAt(await readTimeline(pool, program.programId), now) ?? 0;
  const nothing = { against, testCases: { run: 0, failed: 0 }, changes: [] };
  const parsed = problemsOr(() => definitionOf(program, content));
  if ("errors" in parsed) return { ...nothing, valid: false, errors: parsed.errors };
  const definition = parsed.value;
  const before = against === 0 ? null : (await requireRuleSet(pool, program.programId, against)).definition;
  const said = { against, changes: diffPrograms(before, definition), testCases: { run: definition.tests?.length ?? 0, failed: 0 } };
  try {
    await publish(pool, program, { definition, publishedBy: "validation", publishedAt: now, dryRun: true });
    return { ...said, valid: true, errors: [] };
  } catch (error) {
    const errors = programProblems(error);
    return { ...said, valid: false, errors, testCases: { ...said.testCases, failed: failedCases(errors) } };
  }
}

function programProblems(error: unknown): readonly InputProblem[] {
  if (error instanceof LoyaltyError && error.code === "program_invalid") return error.errors;
  throw error;
}

function problemsOr<Value>(read: () => Value): { value: Value } | { errors: readonly InputProblem[] } {
  try {
    return { value: read() };
  } catch (error) {
    return { errors: programProblems(error) };
  }
}

/** A case that fails in several places is one. */
function failedCases(errors: readonly InputProblem[]): number {
  return new Set(errors.filter(({ code }) => code === "test_failed").map(({ pointer }) => pointer.split("/")[2])).size;
}
