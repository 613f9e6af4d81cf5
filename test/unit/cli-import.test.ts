import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAnswer } from "../../src/cli/import/answer.ts";
import { LineSplitter } from "../../src/cli/import/line-splitter.ts";
import { SentLines } from "../../src/cli/import/sent-lines.ts";
import { ImportSummary, summaryAsJson, summaryLines } from "../../src/cli/import/summary.ts";

/** The bytes of a text, cut anywhere, also within a character. */
const chunked = fc
  .tuple(fc.array(fc.string({ unit: fc.constantFrom("a", "é", "😀", " ") }), { minLength: 1 }), fc.array(fc.integer({ min: 1, max: 9 })))
  .map(([lines, sizes]) => {
    const bytes = Buffer.from(lines.join("\n"));
    const chunks: Buffer[] = [];
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % Math.max(1, sizes.length)] ?? 3;
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    return { lines, chunks };
  });

describe("lines of a stream", () => {
  test("are the same wherever the chunks are cut", () => {
    fc.assert(
      fc.property(chunked, ({ lines, chunks }) => {
        const splitter = new LineSplitter();
        const found = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
        expect(found).toEqual(lines.at(-1) === "" ? lines.slice(0, -1) : lines);
      }),
    );
  });

  test("that were sent are kept until they are answered, and no longer", () => {
    const sent = new SentLines();
    sent.add(Buffer.from("one\n\nthr"));
    sent.add(Buffer.from("ee\nfour"));
    sent.end();

    expect(sent.take(1)).toBe("one");
    expect(sent.take(3)).toBe("three"); // line 2 is empty and not answered
    expect([sent.take(2), sent.take(4)]).toEqual(["", "four"]);
  });
});

describe("the summary of an import", () => {
  const order = (replayed: boolean, gross: number) =>
    parseAnswer(
      JSON.stringify({
        line: 1,
        status: replayed ? 200 : 201,
        type: "order",
        id: "o",
        memberId: "m",
        replayed,
        totals: { gross, discount: 5, net: gross - 5, shipping: 0, payable: gross - 5 },
        points: { points: 3, growth: 4 },
      }),
    );

  test("counts replays as done, and sums beyond what a number holds", () => {
    const summary = new ImportSummary();
    for (const answer of [order(false, Number.MAX_SAFE_INTEGER), order(true, Number.MAX_SAFE_INTEGER)]) summary.add(answer);
    summary.add(
      parseAnswer(
        '{"line":3,"status":201,"type":"return","id":"r","memberId":"m","replayed":false,"returnedNet":7,"clawedBack":{"points":2}}',
      ),
    );
    summary.add(parseAnswer('{"line":4,"status":404,"code":"order_not_found","title":"t","detail":"d","errors":[],"details":{}}'));

    expect(summaryAsJson(summary, 2)).toEqual({
      lines: 4,
      orders: 2,
      returns: 1,
      events: 0,
      gross: "18014398509481982",
      discount: 10,
      net: "18014398509481972",
      accrued: 14,
      clawedBack: 2,
      returnedNet: 7,
      applied: 2,
      replayed: 1,
      failed: 1,
      wallets: { points: { accrued: 6, clawedBack: 2 }, growth: { accrued: 8, clawedBack: 0 } },
      seconds: 2,
    });
    expect(summaryLines(summary, 2, "GBP")).toContain("returned net  0.07 GBP");
    expect(summaryLines(summary, 2, undefined)).toContain("discount      10 minor units");
  });

  test("refuses what is no answer to a line", () => {
    expect(() => parseAnswer("<html>")).toThrow("in a way that this client does not know");
    expect(() => parseAnswer('{"line":1}')).toThrow("in a way that this client does not know");
  });
});
