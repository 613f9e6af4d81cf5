import type { InputProblem } from "../core/errors.ts";
import { pointerTo } from "../core/input-problems.ts";

/** What is wrong with a JSON text: its grammar at an offset, or a name at a pointer. */
export type JsonFault = { kind: "syntax"; offset: number; detail: string } | ({ kind: "name" } & InputProblem);

type Frame = { isObject: boolean; names: Set<string>; key: PropertyKey };

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
/** A string spells these with a backslash. */
const hasControl = (token: string): boolean => [...token].some((character) => character < " ");
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/**
 * Reads a JSON text as RFC 8259 has it and says the first thing that is wrong; undefined for a sound text.
 * Slow beside JSON.parse: it is asked where the fault lies once it is known that there is one.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const frames: Frame[] = [];
  let at = 0;
  let expects: "value" | "value or ]" | "name" | "name or }" | "end of value" = "value";

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token === undefined || (pattern === STRING && hasControl(token))) return undefined;
    at += token.length;
    return token;
  };
  const syntax = (detail: string): JsonFault => ({
    kind: "syntax",
    offset: at,
    detail: at < text.length ? detail : "The text ends too early",
  });
  const close = (isObject: boolean): boolean => {
    if (frames.at(-1)?.isObject !== isObject) return false;
    frames.pop();
    at += 1;
    expects = "end of value";
    return true;
  };

  for (;;) {
    take(SPACE);
    const next = text[at];
    const frame = frames.at(-1);

    if (expects === "end of value") {
      if (!frame) return at < text.length ? syntax("Nothing may follow the value") : undefined;
      if (next === ",") {
        at += 1;
        if (!frame.isObject) frame.key = Number(frame.key) + 1;
        expects = frame.isObject ? "name" : "value";
      } else if (!(next === "}" && close(true)) && !(next === "]" && close(false))) {
        return syntax(frame.isObject ? "Expected a comma or }" : "Expected a comma or ]");
      }
    } else if (expects === "name" || expects === "name or }") {
      if (next === "}" && expects === "name or }") {
        close(true);
        continue;
      }
      const quoted = take(STRING);
      if (quoted === undefined || !frame) return syntax("Expected a name in double quotes");
      const name = String(JSON.parse(quoted));
      frame.key = name;
      const pointer = pointerTo(frames.map(({ key }) => key));
      if (frame.names.has(name))
        return { kind: "name", pointer, code: "duplicate_name", detail: `The name "${name}" stands twice in one object` };
      if (name === "__proto__") return { kind: "name", pointer, code: "invalid_name", detail: "This name is not allowed" };
      frame.names.add(name);
      take(SPACE);
      if (text[at] !== ":") return syntax("Expected a colon after the name");
      at += 1;
      expects = "value";
    } else if (next === "{" || next === "[") {
      at += 1;
      frames.push({ isObject: next === "{", names: new Set(), key: 0 });
      expects = next === "{" ? "name or }" : "value or ]";
    } else if (next === "]" && expects === "value or ]") {
      close(false);
    } else {
      if ((next === '"' ? take(STRING) : take(SCALAR)) === undefined) return syntax("Expected a value");
      expects = "end of value";
    }
  }
}
