import { parseArgs } from "node:util";
import { startService } from "../examples/demo/start-service.ts";
import { wholeOption } from "./arguments.ts";
import { MODEL_PROGRAMS } from "./model/model-programs.ts";
import { createModelWorld, runModel } from "./model/run-model.ts";

/**
 * Lets random sequences of commands run through the engine and through a small model of it, in programs of several policies.
 *   npm run verify:model -- [--sequences 20000] [--seed 1] [--group 100]
 * Passes when after each step every balance was what the model says and every invariant of the ledger held. Says how often each command
 * was done and refused.
 */
const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "20000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    group: { type: "string", default: "100" },
  },
});
const [sequences, seed, perGroup] = [wholeOption(values, "sequences"), wholeOption(values, "seed"), wholeOption(values, "group")];
const SHOWN_EVERY = 1_000;

let now = Date.parse("2026-03-01T00:00:00Z");
const clock = {
  now: () => new Date(now),
  advance: (milliseconds: number) => {
    now += milliseconds;
  },
};
const startedAt = performance.now();
const service = await startService(clock.now);
console.log(`seed ${seed}`);
try {
  for (const policies of MODEL_PROGRAMS) {
    const world = await createModelWorld(service.inside, { policies, rootKey: service.rootKey, clock });
    const progress = (done: number) => {
      if (done % SHOWN_EVERY < perGroup)
        console.log(`${policies.id}: ${done} sequences, ${Math.round((performance.now() - startedAt) / 1000)} s`);
    };
    await runModel(world, { sequences: Math.ceil(sequences / MODEL_PROGRAMS.length), perGroup, seed, progress });
    for (const [what, times] of Object.entries(world.tally.counts())) console.log(`  ${what}: ${times}`);
  }
  console.log("no difference");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await service.close();
}
