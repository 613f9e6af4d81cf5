import { expect, test } from "vitest";
import { runCrashes } from "../../hunts/crash/run-crashes.ts";

test("a service and the whole Postgres are killed under load: nothing is lost, doubled or answered wrong", {
  timeout: 180_000,
}, async () => {
  const counts = { serviceKills: 1, rolls: 0, backendKills: 0, postgresKills: 1 };
  const { acknowledged, ...check } = await runCrashes({ ...counts, seed: 1 });

  expect(check).toMatchObject({ lost: 0, doubled: 0, wrong: [] });
  expect(acknowledged).toBeGreaterThan(300);
});
