import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NumberedLine, splitLines } from "../../src/imports/split-lines.ts";
import { collect } from "../support/collect.ts";

async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function linesOf(chunks: AsyncIterable<Uint8Array>, bytesMax = 100): Promise<NumberedLine[]> {
  return collect(splitLines(chunks, bytesMax));
}

describe("splitLines", () => {
  test("ends lines with LF or CR LF, and the last one without", async () => {
    expect(await linesOf(chunksOf("one\ntwo\r\n\nfour"))).toEqual([
      { number: 1, text: "one" },
      { number: 2, text: "two" },
      { number: 3, text: "" },
      { number: 4, text: "four" },
    ]);
    expect(await linesOf(chunksOf("one\n"))).toEqual([{ number: 1, text: "one" }]);
    expect(await linesOf(chunksOf())).toEqual([]);
  });

  test("does not depend on where the chunks are cut, not even within a character", async () => {
    const text = "满300减50\r\nnaïve 🎁\n\nend";
    const whole = await linesOf(chunksOf(text));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 30, maxLength: 30 }), async (sizes) => {
        const bytes = Buffer.from(text);
        const chunks: Uint8Array[] = [];
        for (let at = 0, index = 0; at < bytes.length; at += sizes[index] ?? 1, index += 1)
          chunks.push(bytes.subarray(at, at + (sizes[index] ?? 1)));
        expect(await linesOf(chunksOf(...chunks))).toEqual(whole);
      }),
    );
    expect(whole.map((line) => ("text" in line ? line.text : line.fault))).toEqual(["满300减50", "naïve 🎁", "", "end"]);
  });

  test("says which line is too long or not UTF-8 and reads on", async () => {
    const lines = await linesOf(
      chunksOf("fine\n", "x".repeat(60), "x".repeat(60), "x".repeat(60), "\nafter\n", Buffer.from([0xc3, 0x28, 0x0a]), "last"),
    );

    expect(lines).toEqual([
      { number: 1, text: "fine" },
      { number: 2, fault: "too_long" },
      { number: 3, text: "after" },
      { number: 4, fault: "not_utf8" },
      { number: 5, text: "last" },
    ]);
  });

  test("ends with a line that says so when the stream fails, and takes no half line for a whole one", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one\n{"half":');
      throw new Error("the connection was lost");
    }

    expect(await linesOf(failing())).toEqual([
      { number: 1, text: "one" },
      { number: 2, fault: "broken_off" },
    ]);
  });
});
