import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Happening, ModelProgram } from "../../hunts/model/ledger-model.ts";
import { MODEL_PROGRAMS } from "../../hunts/model/model-programs.ts";
import { createModelWorld, runModel } from "../../hunts/model/run-model.ts";
import { startTestService, type TestService } from "../support/service.ts";

/** Of each program; `npm run verify:model` takes as many as you like. */
const SEQUENCES = 102;
/** What chance has left out so often never happens. */
const BATCHES_MAX = 4;
const SEED = Number(process.env.LOYALTY_MODEL_SEED ?? Date.now() % 2 ** 31);

/** What so many sequences lead to in a program. */
const happeningsOf = ({ renewalDays }: ModelProgram): Happening[] => [
  "points are drawn from others",
  "a payment comes back",
  ...(renewalDays > 0 ? (["points that come back are renewed"] as const) : []),
];

describe(`${SEQUENCES} random sequences leave what the model says, and every invariant holds after each step (seed ${SEED})`, () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  test.each(MODEL_PROGRAMS)("$id", { timeout: 120_000 }, async (policies) => {
    const world = await createModelWorld(service.inside, { policies, rootKey: service.rootKey, clock: service.clock });

    const missing = () => happeningsOf(policies).filter((what) => world.tally.counts()[what] === undefined);

    // As many more where chance has left out something that must be seen.
    for (let batch = 0; batch === 0 || (missing().length > 0 && batch < BATCHES_MAX); batch += 1) {
      await runModel(world, { sequences: SEQUENCES, perGroup: SEQUENCES, seed: SEED + batch });
    }

    expect(missing()).toEqual([]);
  });
});
