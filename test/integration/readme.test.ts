import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = join(ROOT, "README.md");

/** The shell blocks of the README, one script. */
function scriptOf(markdown: string): string {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join("");
}

describe("the story in the README", () => {
  let loyalty: TestService;
  let dataDir: string;
  beforeAll(async () => {
    loyalty = await startTestService();
    dataDir = await mkdtemp(join(tmpdir(), "loyalty-readme-"));
    await writeFile(join(dataDir, "root-key"), `${loyalty.rootKey}\n`);
  });
  afterAll(async () => {
    await loyalty.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  test("happens as it is told", async () => {
    const script = scriptOf(await readFile(README, "utf8")).replaceAll("http://127.0.0.1:3000", await loyalty.listen());

    const { stdout } = await promisify(execFile)("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: dataDir, DATA_DIR: dataDir },
    });

    expect(stdout).toContain("applied: version 1 of retail-gbp is in force\n");
    const answers = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [member, quote, order, again, returned, balance, tier, explanation] = answers;
    expect(answers.length).toBe(8);
    expect(member).toMatchObject({ id: "ada", tier: "bronze" });
    expect(quote).toMatchObject({ status: "quoted", points: [{ amount: 620 }], totals: { payable: 31000 } });
    expect(order).toMatchObject({ id: "order-1", points: [{ amount: 620 }] });
    expect(again).toEqual(order);
    expect(returned).toMatchObject({ returnedNet: 15500, clawedBack: [{ points: 310 }] });
    expect(balance).toMatchObject({ wallets: { points: { available: 310, accruedTotal: 310 } } });
    expect(tier).toMatchObject({ tier: "bronze", next: { sentence: "345.00 GBP to silver" } });
    expect(explanation).toMatchObject({ rules: [{ rule: "tier:bronze" }, { rule: "double-from-300", matched: true }] });
    expect(stdout).toMatch(/retail-gbp: 1 members, .*\nno difference\n$/);
  });

  test("names files that are there", async () => {
    const links = [...(await readFile(README, "utf8")).matchAll(/\]\(([^)#]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !target.includes("://"));

    expect(links.length).toBeGreaterThan(8);
    for (const link of links)
      await expect(
        readFile(join(ROOT, link)).catch((error: NodeJS.ErrnoException) => error.code),
        link,
      ).resolves.not.toBe("ENOENT");
  });
});
