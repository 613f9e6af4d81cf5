import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliResult, runCli, runCliProcess } from "../support/run-cli.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { SHOP } from "../support/shop.ts";

let loyalty: TestService;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T00:00:00Z" });
  const five = { id: "five", label: "5 off", gives: [{ kind: "discount_amount", amount: 500 }] };
  const { key } = await loyalty.createProgram({ ...SHOP, rules: [], coupons: [five] });
  env = { LOYALTY_URL: await loyalty.listen(), LOYALTY_KEY: key };
  folder = await mkdtemp(join(tmpdir(), "loyalty-codes-"));
});
afterAll(async () => {
  await loyalty.close();
  await rm(folder, { recursive: true, force: true });
});

const couponCodes = (...args: string[]): Promise<CliResult> => runCli(["coupon-codes", ...args], env);
const isMade = async (id: string) => (await loyalty.request("GET", `/v1/coupon-batches/${id}`)).status === 200;

describe("loyalty coupon-codes", () => {
  test("generates a batch and waits for it, exports it whole or not at all, and shows what is left", async () => {
    const out = join(folder, "letter.csv");
    const generated = runCliProcess(
      ["coupon-codes", "generate", "letter", "--coupon", "five", "--codes", "2500", "--prefix", "MAY", "--max-uses", "2"],
      env,
    );
    while (!(await isMade("letter"))) await sleep(20);
    const early = await couponCodes("export", "letter", "--out", out);
    expect(early).toMatchObject({ code: 1, out: "", err: expect.stringContaining("coupon_batch_unfinished") });
    await loyalty.runJobs();

    const left = [
      "batch         letter, ready",
      "coupon        five (5 off)",
      "codes         2,500",
      "valid         from 2026-03-10T00:00:00.000Z",
      "used          0 codes, by 0 orders",
      "left          5,000 uses",
      "",
    ].join("\n");
    expect(await generated).toMatchObject({ code: 0, out: left });
    expect(await couponCodes("show", "letter")).toEqual({ code: 0, out: left, err: "" });

    expect(await couponCodes("export", "letter", "--out", out)).toEqual({ code: 0, out: "", err: "" });
    const rows = (await readFile(out, "utf8")).trimEnd().split("\r\n");
    expect(rows).toHaveLength(2_501);
    expect(rows[1]).toMatch(/^MAY[0-9A-Z]{16},valid,0,2$/);
    expect(await readdir(folder)).toEqual(["letter.csv"]);
  });

  test("imports a file and makes its batch, writes refused lines down, and says what another file brings", async () => {
    const file = join(folder, "own.csv.gz");
    const errors = join(folder, "refused.ndjson");
    await writeFile(file, gzipSync("code;sold\nSUMMER-1;7\nSUMMER-2;8\nSUMMER1;9\nSÖMMER;9\n"));

    const first = await couponCodes("import", "own", file, "--coupon", "five", "--errors", errors);
    expect(first).toMatchObject({ code: 1, err: 'line 5 is no code of 3 to 40 letters A to Z and digits: it has "Ö"\n' });
    expect(first.out).toMatch(
      /^added {9}2 in [\d.]+ s\npresent {7}0, which the batch had before\ndoubled {7}1, on a line before\nrefused {7}1\n$/,
    );
    expect(JSON.parse(await readFile(errors, "utf8"))).toEqual({
      line: 5,
      problem: { outcome: "refused", reason: "no_code", detail: 'line 5 is no code of 3 to 40 letters A to Z and digits: it has "Ö"' },
      input: "SÖMMER;9",
    });

    const more = join(folder, "more.ndjson");
    await writeFile(more, '{"code": "SUMMER-3"}\n{"code": "SUMMER-1"}\n');
    expect(await couponCodes("import", "own", more)).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^added {9}1 .*\npresent {7}1,/),
    });
    expect((await couponCodes("export", "own")).out).toBe(
      "code,status,used,left\r\nSUMMER1,valid,0,1\r\nSUMMER2,valid,0,1\r\nSUMMER3,valid,0,1\r\n",
    );
    expect((await couponCodes("list")).out).toBe("letter\tready\t2500\tfive\nown\tready\t3\tfive\n");
  });

  test("says in a line what is wrong", async () => {
    expect(await couponCodes("import", "letter", join(folder, "more.ndjson"))).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("coupon_batch_closed"),
    });
    expect(await couponCodes("generate", "x", "--coupon", "five", "--codes", "many")).toMatchObject({
      code: 2,
      err: expect.stringContaining("It is a whole number."),
    });
  });
});
