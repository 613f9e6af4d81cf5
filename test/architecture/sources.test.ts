import { describe, expect, test } from "vitest";
import { isPure, sourceFiles } from "./source-files.ts";

const LINES_MAX = 350;

/** What makes a decision depend on anything but its arguments. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bprocess\.(?:env|argv)\b|\brandom(?:UUID|Bytes|Int)\(|\bset(?:Timeout|Interval|Immediate)\(|\bfetch\(|Temporal\.Now\b/;

/** Rough, but enough for the patterns above and below. */
const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");

const withoutStrings = (text: string) => text.replaceAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/g, '""');

describe("the sources", () => {
  test("pure files read no clock, no chance, no environment, and start nothing", async () => {
    const files = (await sourceFiles("src", ".ts")).filter(({ path }) => isPure(path));

    expect(files.map(({ path }) => path)).toContain("src/ledger/lots.ts");
    expect(files.filter(({ text }) => IMPURE.test(withoutComments(text))).map(({ path }) => path)).toEqual([]);
  });

  test(`no file is longer than ${LINES_MAX} lines`, async () => {
    const files = (await Promise.all(["src", "test", "bench", "examples", "hunts"].map((folder) => sourceFiles(folder, ".ts")))).flat();
    const long = files.filter(({ text }) => text.split("\n").length > LINES_MAX).map(({ path }) => path);

    expect(files.length).toBeGreaterThan(100);
    expect(long).toEqual([]);
  });

  test("nothing is exported by default, and no type check or lint rule is switched off", async () => {
    const files = await sourceFiles("src", ".ts");
    const comments = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore/;
    const code = /\bas any\b|: any\b|<any>|^export default /m;

    const switchedOff = files.filter(({ text }) => comments.test(text) || code.test(withoutStrings(withoutComments(text))));
    expect(switchedOff.map(({ path }) => path)).toEqual([]);
  });
});

describe("the migrations", () => {
  test("each says in its head why it is, whether it is compatible and what it locks", async () => {
    const files = await sourceFiles("migrations", ".sql");

    expect(files[0]?.path).toBe("migrations/0001_foundation.sql");
    for (const { path, text } of files) {
      expect(text, path).toMatch(/^-- .+\n(?:-- .+\n)*-- Compatible: .+\n(?:-- .+\n)*-- Locks: .+\n/);
    }
  });

  test("have a number each", async () => {
    const named = /^migrations\/((?:distributed\/)?\d{4})_[a-z0-9_]+\.sql$/;
    const numbers = (await sourceFiles("migrations", ".sql")).map(({ path }) => named.exec(path)?.[1]);

    expect(numbers).not.toContain(undefined);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
