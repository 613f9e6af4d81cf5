import { expect, test } from "vitest";
import { runRaces } from "../../hunts/race/run-races.ts";
import { startTestService } from "../support/service.ts";

test("three rounds of each race over two services: exactly so many win as may, and the ledger proves itself", async () => {
  const first = await startTestService();
  const second = await startTestService({ database: first.database });

  expect(await runRaces([first.inside, second.inside], { rootKey: first.rootKey, rounds: 3 })).toEqual([]);

  await second.close();
  await first.close();
});
