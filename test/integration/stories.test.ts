import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { playScenes } from "../support/story.ts";

const STORIES = readdirSync(new URL("../../docs/stories/", import.meta.url));

test("there is a story of each reference program, and one from earning to redeeming", () => {
  expect(STORIES.toSorted()).toEqual(["activity-mall.md", "earning-to-redeeming.md", "plus-membership.md", "spend-beauty.md"]);
});

describe.each(STORIES)("the story %s", (story) => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-11-01T00:00:00Z" });
  });
  afterAll(() => loyalty.close());

  test("happens as it is told", { timeout: 120_000 }, async () => {
    const scenes = await playScenes(`docs/stories/${story}`, loyalty);

    const told = scenes.filter(({ shows }) => shows !== undefined);
    expect(told.length).toBeGreaterThanOrEqual(6);
    for (const { shell, shows, answers } of told) expect(answers.at(-1), shell).toMatchObject(shows ?? {});
    expect(scenes.at(-1)?.stdout).toMatch(/\nno difference\n$/);
  });
});
