import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliResult, runCli } from "../support/run-cli.ts";
import { startTestService, type TestService } from "../support/service.ts";

const PROGRAM = `id: cli-rules
name: Shop
currency: GBP
timeZone: Europe/London
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
tests:
  - name: £310 earns twice
    at: 2026-03-02T12:00:00Z
    order: { lines: [{ unitPrice: 31000 }] }
    expect: { points: { points: 620 } }
`;

let loyalty: TestService;
let folder: string;
let url: string;

beforeAll(async () => {
  loyalty = await startTestService();
  url = await loyalty.listen();
  folder = await mkdtemp(join(tmpdir(), "loyalty-rule-sets-"));
});
afterAll(async () => {
  await loyalty.close();
  await rm(folder, { recursive: true, force: true });
});

const asRoot = (...args: string[]): Promise<CliResult> => runCli(args, { LOYALTY_URL: url, LOYALTY_KEY: loyalty.rootKey });

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("loyalty rule-sets", () => {
  test("apply runs the test cases and names the line of what one does not get", async () => {
    const path = await file("rules.yaml", PROGRAM);
    const wrong = await file("rules-wrong.yaml", PROGRAM.replace("multiplier: 2", "multiplier: 3"));

    expect((await asRoot("apply", path)).out).toMatch(/^1 test case passed\ncli-rules is new:\n(?:.*\n)*applied: version 1 of cli-rules/);
    expect(await asRoot("apply", wrong, "--dry-run")).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining(
        `${wrong}:20: /tests/0/expect/points/points: £310 earns twice: expected 620, got 930: base 31000, double ×3`,
      ),
    });
  });

  test("lists versions, shows what is different, and publishes a former one again", async () => {
    await asRoot("apply", await file("rules-2.yaml", PROGRAM.replace("name: Shop", "name: Store")));
    const ofShop = (...args: string[]) => asRoot("rule-sets", ...args, "--program", "cli-rules");

    expect((await ofShop("list")).out).toMatch(/^2\tin_force\t2026-.*\troot\n1\tformer\t2026-.*\troot\n$/);
    expect((await ofShop("diff", "1", "2")).out).toBe("program: name Shop → Store\n");
    expect((await ofShop("diff", "1", "1")).out).toBe("nothing is different between versions 1 and 1\n");
    const plan = "1 test case passed\ncli-rules, version 2 would change:\n  program: name Store → Shop\n";
    expect((await ofShop("publish", "1", "--dry-run")).out).toBe(`${plan}nothing was applied (--dry-run)\n`);
    expect((await ofShop("publish", "1")).out).toBe(`${plan}applied: version 3 of cli-rules is in force\n`);
    expect((await ofShop("publish", "1")).out).toBe("1 test case passed\ncli-rules: nothing changes, version 3 is in force\n");
    expect(await ofShop("publish", "9")).toMatchObject({ code: 1, err: expect.stringContaining("rule_set_not_found") });
    expect(await ofShop("diff", "1", "none")).toMatchObject({ code: 1, err: expect.stringContaining("a whole number from 1 on") });
  });

  test("apply --at schedules a version; list shows its state, and cancel takes it back", async () => {
    const path = await file("rules-3.yaml", PROGRAM.replace("id: cli-rules", "id: cli-later"));
    const later = await file("rules-4.yaml", PROGRAM.replace("id: cli-rules", "id: cli-later").replace("name: Shop", "name: Store"));
    const ofShop = (...args: string[]) => asRoot("rule-sets", ...args, "--program", "cli-later");
    await asRoot("apply", path);

    expect((await asRoot("apply", later, "--at", "2026-06-01T00:00:00+01:00")).out).toBe(
      "1 test case passed\ncli-later, version 1 would change:\n  program: name Shop → Store\n" +
        "applied: version 2 of cli-later is in force from 2026-05-31T23:00:00.000Z on, until then version 1 is\n",
    );
    expect((await ofShop("list")).out).toMatch(/^2\tscheduled\t2026-05-31T23:00:00.000Z\troot\n1\tin_force\t/);
    expect((await ofShop("cancel", "2")).out).toBe("cancelled: version 2 does not come into force\n");
    expect((await ofShop("list")).out).toMatch(/^2\tcancelled\t/);
    expect(await ofShop("cancel", "1")).toMatchObject({ code: 1, err: expect.stringContaining("rule_set_not_scheduled") });
  });

  test("apply says whom a changed ladder concerns, and when they move", async () => {
    const tiers = (atLeast: number) => `tiers:
  - id: bronze
  - id: silver
    qualification: { all: [{ metric: spend, window: lifetime, atLeast: ${atLeast} }] }
    retention: { review: month, downgrade: to_qualified }
`;
    const ladder = (atLeast: number) =>
      PROGRAM.replace("id: cli-rules", "id: cli-ladder\nautoEnroll: true").replace("tiers:\n  - id: bronze\n", tiers(atLeast));
    await asRoot("apply", await file("ladder.yaml", ladder(1000)));
    const order = { occurredAt: "2026-02-10T12:00:00Z", currency: "GBP", lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 1000 }] };
    const request = { key: loyalty.rootKey, headers: { "loyalty-program": "cli-ladder" } };
    for (const memberId of ["ada", "bob"]) {
      await loyalty.expectStatus(201, "POST", "/v1/orders", { ...request, body: { ...order, id: `of-${memberId}`, memberId } });
    }
    const tierOf = async (memberId: string) =>
      (await loyalty.expectStatus<{ tier: string }>(200, "GET", `/v1/members/${memberId}/tier`, request)).body.tier;

    const path = await file("ladder-raised.yaml", ladder(2000));
    expect((await asRoot("apply", path, "--dry-run")).out).toContain("\n  tier silver changed: concerns 2 members (ada, bob)\n");
    expect((await asRoot("apply", path, "--members", "soon")).err).toContain("next_review, at_once");
    expect((await asRoot("apply", path, "--members", "at_once")).out).toContain("applied: version 2 of cli-ladder is in force\n");
    expect(await tierOf("ada")).toBe("silver");

    loyalty.clock.advance(1000);
    await loyalty.runJobs();
    expect(await tierOf("ada")).toBe("bronze");
  });
});
