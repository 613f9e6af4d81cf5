import { afterAll, beforeAll, describe, test } from "vitest";
import { createModelWorld, MODEL_PROGRAMS, type ModelWorld, runModel } from "../../hunts/model/run-model.ts";
import { startTestService, type TestService } from "../support/service.ts";

/** Of each program; `npm run verify:model` takes as many as you like. */
const SEQUENCES = 102;
const PER_GROUP = 51;
const SEED = Number(process.env.LOYALTY_MODEL_SEED ?? Date.now() % 2 ** 31);

describe.each(MODEL_PROGRAMS)("$id", (policies) => {
  let service: TestService;
  let world: ModelWorld;
  beforeAll(async () => {
    service = await startTestService();
    world = await createModelWorld(service.inside, { policies, rootKey: service.rootKey, clock: service.clock });
  });
  afterAll(() => service.close());

  test(`${SEQUENCES} random sequences leave what the model says, and every invariant holds after each step (seed ${SEED})`, {
    timeout: 120_000,
  }, async () => {
    await runModel(world, { sequences: SEQUENCES, perGroup: PER_GROUP, seed: SEED });
  });
});
