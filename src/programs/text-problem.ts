import type { InputProblem } from "../core/errors.ts";

/** Line and column of an offset, both from 1, as an editor shows them. */
function positionIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Something wrong within a text of a definition, with its position there. */
export type TextProblem = { code: string; detail: string; range: { start: number; end: number } };

export function textProblem(text: string, pointer: string, { code, detail, range }: TextProblem): InputProblem {
  const excerpt = text.slice(range.start, range.end).slice(0, 60);
  const near = excerpt === "" ? "" : ` near "${excerpt}"`;
  return { pointer, code, detail: `${positionIn(text, range.start)}${near}: ${detail}` };
}
