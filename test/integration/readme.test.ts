import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { playScenes, ROOT } from "../support/story.ts";

describe("the story in the README", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
  });
  afterAll(() => loyalty.close());

  test("happens as it is told", { timeout: 120_000 }, async () => {
    const scenes = await playScenes("README.md", loyalty, { hasNpm: true });

    expect(scenes[0]?.stdout).toContain("applied: version 1 of retail-gbp is in force\n");
    const answers = scenes.flatMap((scene) => scene.answers);
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
    expect(scenes.at(-1)?.stdout).toMatch(/retail-gbp: 1 members, .*\nno difference\n$/);
  });

  test("names files that are there", async () => {
    const links = [...(await readFile(join(ROOT, "README.md"), "utf8")).matchAll(/\]\(([^)#]+)\)/g)]
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
