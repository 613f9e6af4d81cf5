import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type CouponBatch, couponBatchView } from "../../src/coupon-batches/batch.ts";
import { csvCode, ndjsonCode, readCodeLine } from "../../src/coupon-batches/code-line.ts";
import { codesCsv } from "../../src/coupon-batches/codes-csv.ts";
import { drawCodes } from "../../src/coupon-batches/draw-codes.ts";
import { requireAllWritten } from "../../src/coupon-batches/read-codes.ts";
import { SeenCodes } from "../../src/coupon-batches/seen-codes.ts";
import { readCouponCode } from "../../src/coupons/code.ts";
import { inChunks } from "../../src/imports/in-chunks.ts";

describe("drawn codes", () => {
  test("are as many as asked for, each another, in order, with a prefix and a check character", () => {
    const codes = drawCodes("SPRING", 3000);

    expect(new Set(codes).size).toBe(3000);
    expect(codes).toEqual([...codes].sort());
    for (const code of codes) {
      expect(code.startsWith("SPRING")).toBe(true);
      expect(readCouponCode(code.slice(6))).toBe(code.slice(6));
    }
  });

  test("use all characters at all places, none much more often than another", () => {
    const counts = new Map<string, number>();
    for (const code of drawCodes("", 2900)) {
      for (const [place, character] of [...code].entries()) {
        const at = `${place} ${character}`;
        counts.set(at, (counts.get(at) ?? 0) + 1);
      }
    }

    expect(counts.size).toBe(16 * 29);
    // 100 expected at each place, with a deviation of 10: eight of them are no chance.
    expect(Math.min(...counts.values())).toBeGreaterThan(20);
    expect(Math.max(...counts.values())).toBeLessThan(180);
  });
});

describe("a line of a file of codes", () => {
  const read = (text: string, number = 2) => readCodeLine({ number, text }, csvCode);

  test.each([
    ["SUMMER-0001", "SUMMER0001"],
    [" summer 0001 ", "SUMMER0001"],
    ['"SUMMER-0001",12,"a, b"', "SUMMER0001"],
    ["SUMMER-0001;12", "SUMMER0001"],
    ["SUMMER-0001\t12", "SUMMER0001"],
    ["ABC", "ABC"],
  ])("%j names a code", (text, code) => {
    expect(read(text)).toEqual({ code });
  });

  test.each([
    ["AB", "it has 2"],
    ["SOMMER-Ö1", 'it has "Ö"'],
    [`A${"1".repeat(40)}`, "it has 41"],
    ['"SUM""MER"', 'it has "\\""'],
    ["=1+1", 'it has "="'],
    ['"SUMMER', 'it has "\\""'],
    ["SUMMER🌞", 'it has "🌞"'],
  ])("%j names none: %s", (text, why) => {
    expect(read(text)).toEqual({ fault: "no_code", why });
  });

  test("that is empty says nothing, and a heading only where it is the first", () => {
    expect([read(""), read("  ,,"), read("Code,name", 1)]).toEqual([null, null, null]);
    expect(read("code", 2)).toEqual({ code: "CODE" });
    expect(readCodeLine({ number: 1, fault: "not_utf8" }, csvCode)).toEqual({ fault: "not_utf8" });
  });

  test.each<[string, ReturnType<typeof readCodeLine>]>([
    ['{"code": "summer-0001", "soldTo": 7}', { code: "SUMMER0001" }],
    ['{"code": "code"}', { code: "CODE" }],
    ["  ", null],
    ['{"code": ""}', { fault: "no_code", why: "it has 0" }],
    ['{"code": 1234567}', { fault: "no_json" }],
    ['{"Code": "SUMMER"}', { fault: "no_json" }],
    ['{"code": "A1B2", "code": "C3D4"}', { fault: "no_json" }],
    ['"SUMMER"', { fault: "no_json" }],
    ["SUMMER-0001", { fault: "no_json" }],
    ['{"code": "SUMMER', { fault: "no_json" }],
  ])("as JSON, %s", (text, line) => {
    expect(readCodeLine({ number: 1, text }, ndjsonCode)).toEqual(line);
  });
});

test("codes that were seen are known again, and no others, however many there are", () => {
  const seen = new SeenCodes();
  const codes = drawCodes("", 5_000);
  expect(codes.filter((code) => seen.add(code))).toEqual([]);
  expect(codes.filter((code) => seen.add(code))).toEqual(codes);
  expect(drawCodes("NEW", 5_000).filter((code) => seen.add(code))).toEqual([]);
});

test.each([
  [0, []],
  [3, [3]],
  [7, [3, 3, 1]],
])("%i items come in chunks of three, each read when the former one was taken", async (items, sizes) => {
  let read = 0;
  async function* source() {
    for (; read < items; read += 1) yield read;
  }
  const chunks: number[][] = [];
  for await (const chunk of inChunks(source(), 3)) {
    expect(read).toBeLessThan(chunks.flat().length + 4);
    chunks.push(chunk);
  }
  expect(chunks.flat()).toEqual(Array.from({ length: items }, (_, n) => n));
  expect(chunks.map(({ length }) => length)).toEqual(sizes);
});

test("a file of codes reads no page before the former one is taken", async () => {
  let pages = 0;
  async function* read() {
    for (; pages < 100; pages += 1) yield [{ code: `C${pages}`, status: "valid", used: 0, left: 1 } as never];
  }
  const stream = Readable.from(codesCsv(read()));
  const rows: string[] = [];
  for await (const row of stream) {
    rows.push(row);
    await nextTurn();
    expect(pages - rows.length).toBeLessThanOrEqual(2);
  }
  expect(rows.slice(0, 3)).toEqual(["code,status,used,left\r\n", "C0,valid,0,1\r\n", "C1,valid,0,1\r\n"]);
  expect(rows).toHaveLength(101);
});

describe("a batch", () => {
  const batch: CouponBatch = {
    id: "b",
    coupon: "five",
    kind: "generated",
    prefix: "",
    maxUses: 1,
    maxUsesPerMember: null,
    validFrom: 0,
    validUntil: null,
    codes: 10,
    written: 4,
    createdAt: 0,
    finishedAt: null,
    revoked: null,
    requestHash: "",
  };
  const revoked = { at: 5, reason: "leaked", actor: null };

  test.each<[string, Partial<CouponBatch>, string]>([
    ["is written until all are there", {}, "writing"],
    ["is ready then", { written: 10, finishedAt: 7 }, "ready"],
    ["is ready for what is in it where it is imported", { kind: "imported", codes: null }, "ready"],
    ["that is revoked is that first", { revoked }, "revoked"],
  ])("%s", (_what, change, status) => {
    expect(couponBatchView({ ...batch, ...change }, undefined)).toMatchObject({ label: "five", status });
  });

  test("is exported when all are there, or none will come", () => {
    expect(() => requireAllWritten(batch)).toThrow(
      expect.objectContaining({ code: "coupon_batch_unfinished", details: { batchId: "b", codes: 10, written: 4 } }),
    );
    for (const change of [{ written: 10 }, { codes: null }, { revoked }])
      expect(requireAllWritten({ ...batch, ...change })).toBeUndefined();
  });
});
