import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloneDatabase } from "../support/database.ts";
import { type CliResult, runCli, runCliProcess } from "../support/run-cli.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody } from "../support/shop.ts";

const PROGRAM = `# A shop for the command line.
id: cli-shop
name: Shop
currency: GBP
timeZone: Europe/London
autoEnroll: true
wallets:
  - id: points
earning:
  - { wallet: points, points: 1, perAmount: 100 }
tiers:
  - id: bronze
rules:
  - id: double
    when: order.gross >= 30000
    effects:
      - { kind: points_multiplier, multiplier: 2 }
`;

let loyalty: TestService;
let folder: string;
let url: string;

beforeAll(async () => {
  loyalty = await startTestService();
  url = await loyalty.listen();
  folder = await mkdtemp(join(tmpdir(), "loyalty-cli-"));
});
afterAll(async () => {
  await loyalty.close();
  await rm(folder, { recursive: true, force: true });
});

const asRoot = (...args: string[]): Promise<CliResult> => runCli(args, { LOYALTY_URL: url, LOYALTY_KEY: loyalty.rootKey });

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const ndjson = (lines: readonly unknown[]): string =>
  lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");

describe("loyalty apply", () => {
  test("shows what would change, applies it, and then has nothing to change", async () => {
    const path = await file("shop.yaml", PROGRAM);

    const dry = await asRoot("apply", path, "--dry-run");
    expect(dry).toMatchObject({ code: 0, err: "" });
    expect(dry.out).toContain("cli-shop is new:\n  program cli-shop: created\n");
    expect(dry.out).toContain("nothing was applied");

    expect((await asRoot("apply", path)).out).toContain("applied: version 1 of cli-shop is in force");
    expect(await asRoot("apply", path)).toEqual({ code: 0, out: "cli-shop: nothing changes, version 1 is in force\n", err: "" });

    const changed = await file("shop-2.yaml", PROGRAM.replace("multiplier: 2", "multiplier: 3"));
    const applied = await asRoot("apply", changed);
    expect(applied.out).toBe(
      "cli-shop, version 1 would change:\n  rule double: multiplier 2 → 3\napplied: version 2 of cli-shop is in force\n",
    );
  });

  test("names file, line and column of broken YAML, and the line of what the service refuses", async () => {
    const broken = await file("broken.yaml", "id: cli-shop\nname: 'Shop\n");
    expect(await asRoot("apply", broken)).toMatchObject({ code: 1, err: expect.stringMatching(/^loyalty: .*broken\.yaml:3:1: /) });

    const refused = await file("refused.yaml", PROGRAM.replace("order.gross", "order.grss").replace("GBP", "GBQ"));
    const { code, err, out } = await asRoot("apply", refused);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("loyalty: program_invalid: ");
    expect(err).toContain(`${refused}:4: /currency: `);
    expect(err).toContain(`${refused}:15: /rules/0/when: `);

    const nameless = await file("nameless.yaml", "name: Shop\n");
    expect(await asRoot("apply", nameless)).toMatchObject({ code: 1, err: expect.stringContaining("it needs an `id`") });
  });
});

describe("loyalty import", () => {
  const ORDERS = ["C1", "C2", "C3"].map((memberId, index) => ({
    type: "order",
    ...orderBody(`cli-${index}`, { memberId, unitPrice: 1999, quantity: 2 }),
  }));
  const BACK = { type: "return", id: "cli-back", orderId: "cli-0", occurredAt: "2026-02-02T00:00:00Z", lines: [{ line: 1, quantity: 1 }] };
  const FIGURES = {
    orders: 3,
    returns: 1,
    events: 0,
    gross: 11994,
    discount: 0,
    net: 11994,
    accrued: 117,
    clawedBack: 20,
    returnedNet: 1999,
    failed: 0,
  };

  test("sums up what the file did, packed or not; the same file again is a replay", async () => {
    const packed = await file("year.ndjson.gz", gzipSync(ndjson([...ORDERS, BACK])));
    const plain = await file("year.ndjson", ndjson([...ORDERS, BACK]));

    const first = await asRoot("import", packed, "--program", "cli-shop", "--json");
    const again = await asRoot("import", plain, "--program", "cli-shop", "--json");

    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({
      lines: 4,
      ...FIGURES,
      applied: 4,
      replayed: 0,
      wallets: { points: { accrued: 117, clawedBack: 20 } },
    });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ lines: 4, ...FIGURES, applied: 0, replayed: 4 });

    const { out } = await asRoot("import", plain, "--program", "cli-shop");
    expect(out).toMatch(/^gross +119\.94 GBP$/m);
    expect(out).toMatch(/^accrued +117 points$/m);
  });

  test("writes rejected lines with their problem, takes the others, and exits with 1", async () => {
    const late = { type: "order", ...orderBody("cli-late", { memberId: "C4" }) };
    const path = await file("mixed.ndjson", ndjson([ORDERS[0], "", "not json", { ...ORDERS[1], shipping: 1 }, late]));
    const errors = join(folder, "errors.ndjson");

    const { code, out, err } = await asRoot("import", path, "--program", "cli-shop", "--json", "--errors", errors);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ lines: 4, applied: 1, replayed: 1, failed: 2 });
    expect(err).toContain("line 3: malformed_json: ");
    const rejected = (await readFile(errors, "utf8")).trim().split("\n");
    expect(rejected.map((line) => JSON.parse(line))).toEqual([
      { line: 3, problem: expect.objectContaining({ code: "malformed_json", status: 400 }), input: "not json" },
      { line: 4, problem: expect.objectContaining({ code: "id_reused", status: 409, id: "cli-1" }), input: { ...ORDERS[1], shipping: 1 } },
    ]);
  });

  test("takes a file that is far larger than what is under way at once", async () => {
    const returns = Array.from({ length: 5_000 }, (_, index) => ({ ...BACK, id: `none-${index}`, orderId: `none-${index}` }));
    const path = await file("large.ndjson.gz", gzipSync(ndjson(returns)));
    const errors = join(folder, "large-errors.ndjson");

    const { code, out } = await asRoot("import", path, "--program", "cli-shop", "--json", "--errors", errors);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ lines: 5_000, failed: 5_000 });
    const written = (await readFile(errors, "utf8")).trim().split("\n");
    expect(written.length).toBe(5_000);
    expect(JSON.parse(written[4_999] ?? "")).toMatchObject({
      line: 5_000,
      problem: { code: "order_not_found" },
      input: { id: "none-4999" },
    });
  });

  test("says in one line that a packed file is cut off, that there is no file, and that the service refuses", async () => {
    const cut = await file("cut.gz", gzipSync(ndjson(ORDERS)).subarray(0, 60));
    expect(await asRoot("import", cut, "--program", "cli-shop")).toMatchObject({
      code: 1,
      err: expect.stringContaining("the file cannot be read to its end"),
    });
    expect(await asRoot("import", join(folder, "none"), "--program", "cli-shop")).toMatchObject({
      code: 2,
      err: expect.stringContaining("cannot read"),
    });
    const path = await file("orders.ndjson", ndjson(ORDERS));
    expect(await asRoot("import", path, "--program", "nobody")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^loyalty: program_not_found: .+\n$/),
    });
  });
});

describe("loyalty export members", () => {
  test("writes CSV that a spreadsheet takes as text, and NDJSON with every field", async () => {
    for (const memberId of ["=1+1", 'a"b,c'])
      await loyalty.request("POST", "/v1/orders", {
        body: orderBody(`of-${memberId.length}`, { memberId }),
        headers: { "loyalty-program": "cli-shop" },
      });

    const csv = await asRoot("export", "members", "--program", "cli-shop");
    const json = await asRoot("export", "members", "--program", "cli-shop", "--format", "ndjson");

    const [header, ...rows] = csv.out.trim().split("\n");
    expect(header).toBe("member,status,tier,available,pending,held,debt,accruedTotal,redeemedTotal");
    expect(rows).toContain("C1,active,bronze,19,0,0,0,19,0");
    expect(rows).toContain("'=1+1,active,bronze,10,0,0,0,10,0");
    expect(rows).toContain('"a""b,c",active,bronze,10,0,0,0,10,0');
    const members = json.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string });
    expect(members.map(({ id }) => id).sort()).toEqual(["=1+1", "C1", "C2", "C3", "C4", 'a"b,c']);
    expect(members.find(({ id }) => id === "C1")).toMatchObject({
      status: "active",
      wallets: { points: { available: 19, accruedTotal: 19 } },
    });
  });
});

describe("loyalty keys", () => {
  test("makes a key that works until it is revoked", async () => {
    const made = await asRoot("keys", "create", "--program", "cli-shop", "--name", "till", "--scopes", "members:read, orders:write");
    const key = made.out.trim();
    const id = /^key_\S+/.exec(made.err)?.[0] ?? "";
    const asTill = (...args: string[]) => runCli(args, { LOYALTY_URL: url, LOYALTY_KEY: key });

    expect(made.code).toBe(0);
    expect((await asTill("export", "members", "--format", "ndjson")).code).toBe(0);
    expect(await asTill("keys", "list")).toMatchObject({ code: 1, err: expect.stringContaining("scope_missing") });
    expect((await asRoot("keys", "list", "--program", "cli-shop")).out).toContain(`${id}\t`);
    const rotated = await asRoot("keys", "rotate", id, "--program", "cli-shop", "--overlap-seconds", "60");
    expect(rotated).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^loy_\w{38}\n$/),
      err: expect.stringContaining(`${id} works until`),
    });
    expect(await asRoot("keys", "revoke", id, "--program", "cli-shop")).toEqual({ code: 0, out: `${id} is revoked\n`, err: "" });
    expect((await asRoot("keys", "list", "--program", "cli-shop")).out).toMatch(new RegExp(`^${id}\t.*\trevoked 20`, "m"));
  });
});

describe("loyalty verify", () => {
  test("finds nothing over HTTP and in the database, then what was changed behind the engine's back", async () => {
    const overHttp = await asRoot("verify", "--program", "cli-shop");
    const inDatabase = await runCli(["verify", "--database", loyalty.database.url, "--json"]);

    expect(overHttp).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^cli-shop: 6 members, .* verified in .* s\nno difference\n$/),
    });
    expect(inDatabase.code).toBe(0);
    expect(JSON.parse(inDatabase.out)).toMatchObject({ program: "cli-shop", members: 6, differenceCount: 0, differences: [] });

    await loyalty.database.query(
      "update accounts set available = available + 1 where member_key = (select member_key from members where id = 'C1')",
    );
    const found = await asRoot("verify", "--program", "cli-shop");
    expect(found.code).toBe(1);
    expect(found.out).toContain("  account_balance: member C1, wallet points, available: expected 19, found 20\n");
    await loyalty.database.query(
      "update accounts set available = available - 1 where member_key = (select member_key from members where id = 'C1')",
    );
  });

  test("says in one line that the database has gone away", async () => {
    const owner = new pg.Client({ connectionString: loyalty.database.url });
    await owner.connect();
    await owner.query("begin");
    await owner.query("lock table accounts in access exclusive mode");
    const running = runCliProcess(["verify", "--database", loyalty.database.url], {});
    const kill =
      "select pg_terminate_backend(pid) as killed from pg_stat_activity where application_name = 'loyalty-verify' and wait_event_type = 'Lock'";
    await expect.poll(() => loyalty.database.query(kill), { timeout: 20_000 }).toEqual([{ killed: true }]);
    await owner.end();

    expect(await running).toEqual({
      code: 1,
      out: "",
      err: "loyalty: the database: terminating connection due to administrator command\n",
    });
  });
});

describe("loyalty migrate", () => {
  test("brings an empty database to the present, once", async () => {
    const database = await cloneDatabase({ empty: true });

    const first = await runCli(["migrate", "--database", database.url]);
    const again = await runCli(["migrate", "--database", database.url]);
    await database.drop();

    expect(first).toMatchObject({ code: 0, out: expect.stringContaining("applied 0001_foundation.sql\n") });
    expect(again).toEqual({ code: 0, out: "nothing to do: the database is up to date\n", err: "" });
    expect(await runCli(["migrate"])).toMatchObject({ code: 2, err: expect.stringContaining("--database URL") });
    expect(await runCli(["migrate", "--database", "postgres://nobody@127.0.0.1:1/none"])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^loyalty: the database: .*ECONNREFUSED.*\n$/),
    });
  });
});

describe("loyalty without what it needs", () => {
  test("says in one line what is missing or wrong", async () => {
    const path = await file("any.ndjson", "\n");
    const env = { LOYALTY_KEY: "loy_whatever_it_may_be_it_is_not_reached" };

    expect(await runCliProcess(["verify"], { DATA_DIR: folder })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^loyalty: no API key: set LOYALTY_KEY .+\n$/),
    });
    expect(await runCli(["verify"], { ...env, LOYALTY_URL: "http://127.0.0.1:9" })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^loyalty: cannot reach the service at .+\n$/),
    });
    expect(await runCli(["import", path], { ...env, LOYALTY_URL: "http://127.0.0.1:9" })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^loyalty: cannot reach the service at .+\n$/),
    });
    expect(await runCli(["verify"], { ...env, LOYALTY_URL: "ftp://x" })).toMatchObject({
      code: 2,
      err: expect.stringContaining("LOYALTY_URL is not an http URL"),
    });
    expect(await asRoot("verify")).toMatchObject({ code: 1, err: expect.stringContaining("name it with --program") });
    for (const args of [["nonsense"], ["import"], ["export", "members", "--format", "xml"], ["keys", "create", "--name", "x"]])
      expect((await runCli(args)).code).toBe(2);
    expect(await runCliProcess(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("LOYALTY_URL") });
  });

  test("uses the root key of a service on this machine and says so", async () => {
    await file("root-key", `${loyalty.rootKey}\n`);

    const { code, err } = await runCli(["export", "members", "--program", "cli-shop"], { LOYALTY_URL: url, DATA_DIR: folder });

    expect({ code, err }).toEqual({ code: 0, err: `LOYALTY_KEY is not set: using the root key in ${join(folder, "root-key")}\n` });
  });
});
