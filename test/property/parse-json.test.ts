import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonFault } from "../../src/http/json-scan.ts";
import { parseJson } from "../../src/http/parse-json.ts";

const storable = fc.string({ unit: "grapheme" }).filter((text) => text !== "__proto__" && !text.includes("\0"));
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    storable,
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 5 }),
  object: fc.dictionary(storable, tie("value"), { maxKeys: 5 }),
})).value;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("parseJson", () => {
  test("reads every JSON text like JSON.parse", () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, "\t"), (written, space) => {
        const text = JSON.stringify(written, null, space);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("finds a fault in a text exactly when JSON.parse does", () => {
    const broken = fc
      .tuple(value, fc.nat(), fc.constantFrom("", '"', ",", "}", "]", ":", "\\", "1", "\n", "\0"))
      .map(([written, at, noise]) => {
        const text = JSON.stringify(written);
        const place = at % (text.length + 1);
        return text.slice(0, place) + noise + text.slice(place + 1);
      });
    fc.assert(
      fc.property(broken, (text) => {
        expect(findJsonFault(text)?.kind === "syntax").toBe(!isJson(text) && findJsonFault(text)?.kind !== "name");
        if (isJson(text)) expect(findJsonFault(text)?.kind).not.toBe("syntax");
        else expect(findJsonFault(text)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
