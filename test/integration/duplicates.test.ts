import { expect, test } from "vitest";
import { runDuplicates } from "../../hunts/duplicates/run-duplicates.ts";
import { startTestService } from "../support/service.ts";

test("of 20 copies of one request, sent at once over two services, one takes effect and 19 are replays of it", {
  timeout: 120_000,
}, async () => {
  const now = new Date().toISOString();
  const first = await startTestService({ now, config: { BALANCE_CACHE_SIZE: 0 } });
  const second = await startTestService({ now, config: { BALANCE_CACHE_SIZE: 0 }, database: first.database });
  const urls = [await first.listen(), await second.listen()];

  const services = { urls, databaseUrl: () => first.database.url, rootKey: first.rootKey };
  const { operations, ...check } = await runDuplicates({ ...services, keys: 20, copies: 20, seed: 1 });
  await second.close();
  await first.close();

  expect(check).toMatchObject({ acknowledged: operations, lost: 0, doubled: 0, tookEffect: 0, wrong: [] });
});
