import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerLines } from "../../src/coupon-batches/answer-lines.ts";
import { drawCodes } from "../../src/coupon-batches/draw-codes.ts";
import { importCodes } from "../../src/coupon-batches/import-codes.ts";
import { writeChunk } from "../../src/coupon-batches/write-chunk.ts";
import { readCouponCode } from "../../src/coupons/code.ts";
import { couponCodesJob } from "../../src/jobs/coupon-codes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const NOW = "2026-03-10T00:00:00Z";
const PROGRAM = { programId: 1, id: SHOP.id };
/** Codes of one transaction. */
const CHUNK = 2_000;

type Batch = { id: string; status: string; codes: number | null; written: number; used?: { orders: number; codes: number } };

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  other = await startTestService({ now: NOW, database: loyalty.database });
  const five = { id: "five", label: "5 off", validFor: "P30D", gives: [{ kind: "discount_amount", amount: 500 }] };
  const { key } = await loyalty.createProgram({ ...SHOP, rules: [], coupons: [five, { id: "told" }] });
  other.use(key);
  await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "buyer" } });
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

const make = async (status: number, body: Record<string, unknown>): Promise<Batch> =>
  (await loyalty.expectStatus<Batch>(status, "POST", "/v1/coupon-batches", { body: { coupon: "five", ...body } })).body;
const read = async (id: string): Promise<Batch> => (await loyalty.expectStatus<Batch>(200, "GET", `/v1/coupon-batches/${id}`)).body;
const exportCodes = async (id: string): Promise<string[]> => {
  const { body, headers } = await loyalty.expectStatus<{ text: string }>(200, "GET", `/v1/coupon-batches/${id}/codes`);
  expect(headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
  return body.text.trimEnd().split("\r\n");
};
const send = (status: number, id: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  loyalty.expectStatus<Record<string, unknown>>(status, "POST", `/v1/coupon-batches/${id}/codes`, {
    body,
    headers: { "content-type": "text/csv", ...headers },
  });
const cart = (code: string) => ({
  ...orderBody("none", { memberId: "buyer", unitPrice: 2000, quantity: 1, occurredAt: NOW }),
  coupons: [code],
});
const place = (status: number, id: string, code: string) =>
  loyalty.expectStatus(status, "POST", "/v1/orders", { body: { ...cart(code), id } });

describe("a generated batch", () => {
  test("is ready with the answer where it is small, comes once, and its codes are used as often as it says", async () => {
    const asked = { id: "small", codes: 3, prefix: "SPRING", maxUses: 2 };
    const made = await make(201, asked);
    expect(made).toEqual({
      id: "small",
      coupon: "five",
      label: "5 off",
      kind: "generated",
      status: "ready",
      codes: 3,
      written: 3,
      prefix: "SPRING",
      maxUses: 2,
      maxUsesPerMember: null,
      validFrom: "2026-03-10T00:00:00.000Z",
      validUntil: "2026-04-08T23:00:00.000Z",
      createdAt: "2026-03-10T00:00:00.000Z",
      finishedAt: "2026-03-10T00:00:00.000Z",
    });
    expect(await make(200, asked)).toEqual(made);
    expect(await make(409, { ...asked, codes: 4 })).toMatchObject({ code: "id_reused" });

    const [heading, ...rows] = await exportCodes("small");
    expect(heading).toBe("code,status,used,left");
    const [code = "", ...others] = rows.map((row) => row.split(",")[0] ?? "");
    expect(others).toHaveLength(2);
    await place(201, "s-1", code.toLowerCase());
    expect(await exportCodes("small")).toContain(`${code},valid,1,1`);
    await place(201, "s-2", code);
    expect(await place(409, "s-3", code)).toMatchObject({ body: { details: { reason: "used_up" } } });
    await place(201, "s-4", others[0] ?? "");
    expect(await read("small")).toEqual({ ...made, used: { orders: 3, codes: 2 } });
  });

  test("is made once by requests at once", async () => {
    const asked = { coupon: "five", id: "race", codes: 10 };
    const answers = await Promise.all(
      [loyalty, other, loyalty, other].map((service) => service.request("POST", "/v1/coupon-batches", { body: asked })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(await exportCodes("race")).toHaveLength(11);
  });

  test("of many is written in chunks by whoever runs the job, goes on where it was left, and has exactly as many", async () => {
    expect(await make(201, { id: "many", codes: 20_000 })).toMatchObject({ status: "writing", written: CHUNK, finishedAt: null });
    expect(await loyalty.expectStatus(409, "GET", "/v1/coupon-batches/many/codes")).toMatchObject({
      body: { code: "coupon_batch_unfinished", details: { codes: 20_000, written: CHUNK } },
    });
    let looks = 0;
    const leaves = {
      get aborted() {
        looks += 1;
        return looks > 3;
      },
    } as AbortSignal;
    const job = couponCodesJob({ pool: loyalty.inside.readPool });
    expect(await job.run({ program: PROGRAM, programs: 1, now: new Date(NOW), signal: leaves })).toMatchObject({ done: 3 * CHUNK });
    expect(await read("many")).toMatchObject({ status: "writing", written: 4 * CHUNK });

    // Past the job's lock: two that write at once.
    const all = new AbortController().signal;
    const both = [loyalty, other].map(({ inside }) =>
      couponCodesJob({ pool: inside.readPool }).run({ program: PROGRAM, programs: 1, now: new Date(NOW), signal: all }),
    );
    expect((await Promise.all(both)).reduce((sum, { done }) => sum + done, 0)).toBe(6 * CHUNK);
    expect(await read("many")).toMatchObject({ status: "ready", written: 20_000, used: { orders: 0, codes: 0 } });

    const codes = (await exportCodes("many")).slice(1).map((row) => row.split(",")[0] ?? "");
    expect(new Set(codes).size).toBe(20_000);
    expect(codes.filter((code) => readCouponCode(code) !== code)).toEqual([]);
    const [largest] = await loyalty.database.query<{ rows: number }>(
      "select count(*)::integer as rows from coupon_codes where batch_id = 'many' group by xmin::text order by 1 desc limit 1",
    );
    expect(largest?.rows).toBe(CHUNK);
    expect((await loyalty.runJobs())["coupon-codes"]).toBe(0);
  });

  test("draws again where a code is taken", async () => {
    const taken = (await exportCodes("small")).slice(1).map((row) => row.split(",")[0] ?? "");
    await make(201, { id: "clash", codes: 2_003 });
    const { readPool: pool } = loyalty.inside;
    const at = new Date(NOW);
    expect(await writeChunk({ pool, draw: () => taken }, 1, "clash", at)).toEqual({ added: 0, isFinished: false });
    const draw = (prefix: string, count: number) => [...taken.slice(0, 1), ...drawCodes(prefix, count - 1)];
    expect(await writeChunk({ pool, draw }, 1, "clash", at)).toEqual({ added: 2, isFinished: false });
    expect(await writeChunk({ pool }, 1, "clash", at)).toEqual({ added: 1, isFinished: true });
    expect(await writeChunk({ pool }, 1, "clash", at)).toEqual({ added: 0, isFinished: true });
    expect(await exportCodes("clash")).toHaveLength(2_004);
  });

  test("that is revoked lets no cart use its codes, and gets no more of them", async () => {
    await make(201, { id: "leaked", codes: 5_000 });
    const [code = ""] = (await loyalty.database.query<{ code: string }>("select code from coupon_codes where batch_id = 'leaked'")).map(
      (row) => row.code,
    );
    await place(201, "l-1", code);
    const revoke = (reason: string) =>
      loyalty.expectStatus<Batch>(200, "POST", "/v1/coupon-batches/leaked/revoke", { body: { reason, actor: "agent-7" } });
    const { body } = await revoke("posted on a forum");
    expect(body).toMatchObject({
      status: "revoked",
      revoked: { at: "2026-03-10T00:00:00.000Z", reason: "posted on a forum", actor: "agent-7" },
    });
    expect((await revoke("again")).body).toEqual(body);

    const [unused = ""] = (
      await loyalty.database.query<{ code: string }>("select code from coupon_codes where batch_id = 'leaked' and code <> $1", [code])
    ).map((row) => row.code);
    expect(await place(409, "l-2", unused)).toMatchObject({ body: { details: { reason: "revoked" } } });
    expect((await loyalty.runJobs())["coupon-codes"]).toBe(0);
    expect(await exportCodes("leaked")).toHaveLength(CHUNK + 1);
    expect(await exportCodes("leaked")).toContain(`${unused},revoked,0,1`);
  });

  test("is refused where carts cannot use its coupon, or it is no batch at all", async () => {
    expect(await make(422, { id: "x", coupon: "none", codes: 1 })).toMatchObject({ errors: [{ pointer: "/coupon" }] });
    expect(await make(422, { id: "x", coupon: "told", codes: 1 })).toMatchObject({ errors: [{ pointer: "/coupon" }] });
    expect(await make(422, { id: "x", codes: 1_000_001 })).toMatchObject({ errors: [{ pointer: "/codes" }] });
    expect(await make(422, { id: "x", prefix: "ABC" })).toMatchObject({ errors: [{ pointer: "/prefix" }] });
    await loyalty.expectStatus(404, "GET", "/v1/coupon-batches/x");
  });
});

describe("an imported batch", () => {
  const FILE = '\ufeffcode;name\r\nSUMMER-1;a\r\nsummer 2\r\n\r\nSUMMER1\r\nx\r\nWELCOME\r\n"SUMMER-3"';

  test("takes a shop's own codes, tells of the others, and changes nothing by a file that is sent again", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/coupon-codes", { body: { code: "WELCOME", coupon: "five", maxUses: 1 } });
    expect(await make(201, { id: "own" })).toMatchObject({ kind: "imported", status: "ready", codes: null, written: 0, maxUses: 1 });

    const { body } = await send(200, "own", FILE);
    expect(body).toMatchObject({
      batch: { id: "own", written: 3 },
      added: 3,
      present: 0,
      doubled: 1,
      refused: 2,
      errors: [
        { line: 6, code: "no_code", detail: "line 6 is no code of 3 to 40 letters A to Z and digits: it has 1" },
        { line: 7, code: "taken" },
      ],
    });
    expect((await send(200, "own", gzipSync(FILE), { "content-encoding": "gzip" })).body).toMatchObject({
      batch: { written: 3 },
      added: 0,
      present: 3,
      doubled: 1,
      refused: 2,
    });
    expect(await exportCodes("own")).toEqual(["code,status,used,left", "SUMMER1,valid,0,1", "SUMMER2,valid,0,1", "SUMMER3,valid,0,1"]);
    await place(201, "i-1", "summer-2");
    expect(await place(409, "i-2", "SUMMER2")).toMatchObject({ body: { details: { reason: "used_up" } } });
  });

  test("keeps what came before a file broke off, and takes the rest of it later", async () => {
    await make(201, { id: "broken" });
    const file = Array.from({ length: 12_000 }, (_, n) => `BROKEN-${n}-${(n * 7919) % 99991}`).join("\n");
    const packed = gzipSync(file);
    const { body } = await send(200, "broken", packed.subarray(0, packed.length / 2), { "content-encoding": "gzip" });
    expect(body).toMatchObject({ refused: 1, errors: [{ code: "broken_off" }] });
    const before = Number(body.added);
    expect(before).toBeGreaterThan(0);
    expect((await send(200, "broken", file)).body).toMatchObject({ added: 12_000 - before, present: before, refused: 0, errors: [] });
    expect(await read("broken")).toMatchObject({ written: 12_000 });
  });

  test("answers each line where that is asked for, of JSON too, in order, also what a thousand lines part", async () => {
    await make(201, { id: "lines" });
    const codes = Array.from({ length: 1_500 }, (_, n) => `LINE${n}`);
    const file = [...codes, "LINE0", "x", "WELCOME"].map((code) => JSON.stringify({ code, price: 5 }));
    const ndjson = { "content-type": "application/x-ndjson", accept: "application/x-ndjson" };
    const ask = async (body: string, headers = ndjson) => {
      const answer = await send(200, "lines", body, headers);
      expect(answer.headers["content-type"]).toBe("application/x-ndjson");
      return String(answer.body.text)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    };
    const others = [
      { line: 1_502, outcome: "doubled", code: "LINE0" },
      { line: 1_503, outcome: "refused", reason: "no_code", detail: "line 1503 is no code of 3 to 40 letters A to Z and digits: it has 1" },
      { line: 1_504, outcome: "refused", reason: "taken", detail: "line 1504 is a code of the program already, and not of this batch" },
      { line: 1_505, outcome: "refused", reason: "no_json", detail: "line 1505 is no JSON object whose `code` is text" },
    ];
    const body = `\n${file.join("\n")}\nLINE1`;
    const told = (outcome: string) => [...codes.map((code, n) => ({ line: n + 2, outcome, code })), ...others];
    expect(await ask(body)).toEqual(told("added"));
    expect(await ask(body)).toEqual(told("present"));
    expect(await ask("LINE7;5\nLINE7", { ...ndjson, "content-type": "text/csv" })).toEqual([
      { line: 1, outcome: "present", code: "LINE7" },
      { line: 2, outcome: "doubled", code: "LINE7" },
    ]);
    expect(await send(200, "lines", body, { "content-type": "application/x-ndjson" })).toMatchObject({
      body: { added: 0, present: 1_500, doubled: 1, refused: 3, batch: { written: 1_500 } },
    });
    expect(await send(404, "nobody", body, ndjson)).toMatchObject({ body: { code: "coupon_batch_not_found" } });
    expect(await send(415, "lines", body, { "content-type": "application/json" })).toMatchObject({
      body: { code: "media_type_unsupported" },
    });
  });

  test("that is revoked while a file comes takes no more of it, and says from which line on", async () => {
    await make(201, { id: "own-late" });
    const { readPool: pool } = loyalty.inside;
    const at = new Date(NOW);
    async function* lines() {
      for (let line = 1; line <= 2_500; line += 1) {
        if (line === 1_500) await loyalty.expectStatus(200, "POST", "/v1/coupon-batches/own-late/revoke", { body: { reason: "test" } });
        yield { line, code: `LATE${line}` };
      }
    }
    const imported = importCodes(pool, 1, { batchId: "own-late", lines: lines(), at });
    const answers: object[] = [];
    for await (const answer of answerLines(imported, () => undefined)) answers.push(answer);
    expect(answers).toHaveLength(1_001);
    expect(answers.at(-1)).toEqual({
      line: 1_001,
      outcome: "stopped",
      reason: "coupon_batch_closed",
      detail: expect.stringContaining("reason revoked"),
    });
    expect(await read("own-late")).toMatchObject({ written: 1_000 });
  });

  test("shares codes with no other batch, whoever sends them at once", async () => {
    for (const id of ["left", "right"]) await make(201, { id });
    const codes = Array.from({ length: 1_500 }, (_, n) => `SHARED${n}`);
    const answers = await Promise.all([
      send(200, "left", codes.join("\n")),
      send(200, "right", codes.toReversed().join("\n")),
      send(200, "left", codes.toReversed().join("\n")),
    ]);
    const written = [await read("left"), await read("right")].map((batch) => batch.written);
    expect(written.reduce((sum, n) => sum + n, 0)).toBe(1_500);
    expect(answers.reduce((sum, { body }) => sum + Number(body.added), 0)).toBe(1_500);
  });

  test("is closed when it is revoked; a generated one never takes any", async () => {
    await loyalty.expectStatus(200, "POST", "/v1/coupon-batches/left/revoke", { body: { reason: "test" } });
    expect((await send(409, "left", "NEW1")).body).toMatchObject({ code: "coupon_batch_closed", details: { reason: "revoked" } });
    expect((await send(409, "small", "NEW1")).body).toMatchObject({ code: "coupon_batch_closed", details: { reason: "generated" } });
    // Nobody reads this one, and it is broken: whoever sends it is refused, and nothing else happens.
    await send(404, "nobody", gzipSync("NEW1").subarray(0, 20), { "content-encoding": "gzip" });
    await loyalty.expectStatus(404, "GET", "/v1/coupon-codes/NEW1");
  });
});

test("batches are listed in pages, by their ids", async () => {
  const first = await loyalty.expectStatus<{ data: Batch[]; nextCursor: string }>(200, "GET", "/v1/coupon-batches?limit=2");
  const second = await loyalty.expectStatus<{ data: Batch[] }>(200, "GET", `/v1/coupon-batches?limit=2&cursor=${first.body.nextCursor}`);
  expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(["broken", "clash", "leaked", "left"]);
});

test("batches prove themselves, and a corruption of each is found", async () => {
  await expectSoundLedger(loyalty);
  const corruptions = [
    "update coupon_batches set written = written - 1 where batch_id = 'clash'",
    "update coupon_codes set max_uses = 9 where code = 'SUMMER1'",
    "update coupon_batches set finished_at = null where batch_id = 'race'",
    "delete from coupon_batches where batch_id = 'broken'",
  ];
  await loyalty.database.query(`begin; set local session_replication_role = replica; ${corruptions.join("; ")}; commit`);

  const { body } = await loyalty.expectStatus<{ differences: object[] }>(200, "GET", "/v1/verification");

  expect(body.differences).toMatchObject([
    { check: "coupon_batch_terms", subject: "batch broken", actual: "12000" },
    { check: "coupon_batch_codes", subject: "batch clash", expected: "2003", actual: "2002" },
    { check: "coupon_batch_finished", subject: "batch clash", expected: "2003", actual: "2002" },
    { check: "coupon_batch_terms", subject: "batch own", actual: "1" },
    { check: "coupon_batch_finished", subject: "batch race" },
    { check: "audit", subject: "coupon_batch broken", expected: "is there", actual: "is not" },
  ]);
});
