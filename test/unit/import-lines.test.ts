import { describe, expect, test } from "vitest";
import { parseLine } from "../../src/imports/parse-line.ts";
import { runImport } from "../../src/imports/run-import.ts";
import { collect } from "../support/collect.ts";

const RETURN = { type: "return", id: "R1", orderId: "O1", occurredAt: "2026-03-01T12:00:00Z", lines: [{ line: 1, quantity: 1 }] };

const parse = (text: string) => parseLine({ number: 1, text });
const refusalOf = (text: string) => {
  const parsed = parse(text);
  return "refusal" in parsed ? { code: parsed.refusal.code, errors: parsed.refusal.errors, names: parsed.names } : undefined;
};

describe("parseLine", () => {
  test("reads a line by its type", () => {
    expect(parse(JSON.stringify(RETURN))).toEqual({ line: RETURN });
    expect(parse('{"type":"complete","orderId":"O1"}')).toEqual({ line: { type: "complete", orderId: "O1" } });
    expect(parse('{"type":"openingBalance","id":"B1","memberId":"M1","occurredAt":"2026-03-01T12:00:00Z"}')).toEqual({
      line: { type: "openingBalance", id: "B1", memberId: "M1", occurredAt: "2026-03-01T12:00:00Z", lots: [] },
    });
  });

  test("refuses what is not JSON, and says where", () => {
    expect(refusalOf('{"type": "order",')).toMatchObject({ code: "malformed_json", names: {} });
  });

  test("refuses an unknown type at its place and keeps the names", () => {
    expect(refusalOf('{"type":"refund","id":"R1"}')).toMatchObject({
      code: "request_invalid",
      errors: [{ pointer: "/type" }],
      names: { type: "refund", id: "R1" },
    });
    expect(refusalOf("[1]")).toMatchObject({ code: "request_invalid", names: {} });
  });

  test("points into the line for a broken field", () => {
    expect(refusalOf(JSON.stringify({ ...RETURN, lines: [{ line: 1, quantity: 0 }] }))).toMatchObject({
      code: "request_invalid",
      errors: [{ pointer: "/lines/0/quantity", code: "too_small" }],
      names: { type: "return", id: "R1" },
    });
  });
});

describe("runImport", () => {
  test("answers a defect of one line as internal, reports it, and goes on", async () => {
    const defects: unknown[] = [];
    const failure = new Error("a defect");
    const run = async () => {
      throw failure;
    };
    async function* file(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${JSON.stringify(RETURN)}\n\n{"type":"nonsense"}\n`);
    }

    const results = await collect(runImport(file(), { run, window: 8, defect: (error) => defects.push(error) }));

    expect(results).toMatchObject([
      { line: 1, status: 500, code: "internal", type: "return", id: "R1" },
      { line: 3, status: 422, code: "request_invalid", type: "nonsense" },
    ]);
    expect(JSON.stringify(results)).not.toContain("a defect");
    expect(defects).toEqual([failure]);
  });
});
