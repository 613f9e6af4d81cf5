import { readFileSync } from "node:fs";
import { type Document, LineCounter, type Node, parseDocument } from "yaml";
import type { Problem } from "./api.ts";
import { describeProblem } from "./api.ts";
import { CliError, messageOf, usageError } from "./exit.ts";

/** A program's file: what it says, and where in the file it says it. */
export type ProgramFile = { name: string; id: string; definition: unknown; lineOf: (pointer: string) => number | undefined };

/**
 * Reads a program from a YAML (or JSON) file.
 * Errors: CliError with line and column for broken YAML; when the file names no program.
 */
export function readProgramFile(name: string): ProgramFile {
  const lines = new LineCounter();
  const document = parseDocument(readText(name), { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new CliError(`${name}:${line}:${col}: ${error.message}`);
  }
  const definition: unknown = toPlain(name, document);
  const id = typeof definition === "object" && definition !== null && "id" in definition ? definition.id : undefined;
  if (typeof id !== "string" || id === "") throw new CliError(`${name}: the file names no program: it needs an \`id\``);
  return { name, id, definition, lineOf: (pointer) => lineAt(document, lines, pointer) };
}

function readText(name: string): string {
  try {
    return readFileSync(name, "utf8");
  } catch (error) {
    throw usageError(`cannot read ${name}: ${messageOf(error)}`);
  }
}

function toPlain(name: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new CliError(`${name}: ${messageOf(error)}`, 1, error); // such as an alias without its anchor
  }
}

/** RFC 6901. The line of the nearest part of the file that exists: a missing field is where it should have been. */
function lineAt(document: Document, lines: LineCounter, pointer: string): number | undefined {
  const path = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) return lines.linePos(start).line;
  }
  return undefined;
}

/** A refusal of the file, each field with its line. */
export function describeFileProblem(file: ProgramFile, problem: Problem): string {
  if (problem.errors.length === 0) return describeProblem(problem);
  const fields = problem.errors.map(({ pointer, detail }) => {
    const line = file.lineOf(pointer);
    return `\n  ${file.name}${line === undefined ? "" : `:${line}`}: ${pointer || "the file"}: ${detail}`;
  });
  return `${problem.code}: ${problem.title}${fields.join("")}`;
}
