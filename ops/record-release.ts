import { readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import pg from "pg";
import { startService } from "../examples/demo/start-service.ts";
import { MODEL_PROGRAMS } from "../hunts/model/model-programs.ts";
import { createModelWorld, runModel } from "../hunts/model/run-model.ts";
import { readProgramFile } from "../src/cli/program-file.ts";
import { readReleaseDatabase } from "../test/support/release-database.ts";
import { playScenes } from "../test/support/story.ts";

/**
 * Records what this release leaves in a database: all stories of the docs, some sequences of the model, and coupons and codes. Each later release takes it
 * over in a test. To be run once when a release is made:
 *   npm run release:record -- --name 0.2.0
 */
const { values } = parseArgs({ options: { name: { type: "string", default: "" } } });
if (!/^[\w.-]+$/.test(values.name)) throw new Error("--name takes the name of the release");

const ROOT = new URL("../", import.meta.url);
const FIRST = "2026-11-01T00:00:00Z";
const SEQUENCES = 12;
const SEED = 20_261_128;

let now = Date.parse(FIRST);
/** What neither the stories nor the model make, in program B. */
const B = "spend-beauty";
const MADE: readonly [method: "PUT" | "POST", path: string, body: object][] = [
  ["PUT", "/v1/program", readProgramFile(fileURLToPath(new URL(`examples/programs/${B}.yaml`, ROOT))).definition as object],
  ["POST", "/v1/members", { id: "mei" }],
  ["POST", "/v1/members/mei/coupons", { coupon: "birthday", reason: "a kind word", actor: "agent-7" }],
  ["POST", "/v1/coupon-codes", { code: "WELCOME50", coupon: "service-5", maxUses: 50 }],
  ["POST", "/v1/coupon-batches", { id: "letter", coupon: "service-5", maxUses: 1, codes: 20 }],
];
const clock = {
  now: () => new Date(now),
  advance: (milliseconds: number) => {
    now += milliseconds;
  },
};
const service = await startService(clock.now);
try {
  const stories = await readdir(new URL("docs/stories/", ROOT));
  for (const story of stories) await playScenes(`docs/stories/${story}`, { ...service, listen: async () => service.url });
  for (const [index, [method, url, payload]] of MADE.entries()) {
    const headers = { authorization: `Bearer ${service.rootKey}`, "loyalty-program": B, "idempotency-key": `made-${index}` };
    const answer = await service.inside.app.inject({ method, url, headers, payload });
    if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.body}`);
  }
  for (const policies of MODEL_PROGRAMS) {
    const world = await createModelWorld(service.inside, { policies, rootKey: service.rootKey, clock });
    await runModel(world, { sequences: SEQUENCES, perGroup: SEQUENCES, seed: SEED });
  }
  const client = new pg.Client(String(service.inside.readPool.options.connectionString));
  await client.connect();
  const recorded = await readReleaseDatabase(client, clock.now());
  await client.end();
  const packed = gzipSync(JSON.stringify(recorded));
  const file = `test/fixtures/release-${values.name}.json.gz`;
  await writeFile(new URL(file, ROOT), packed);
  console.log(`${file}: ${Object.keys(recorded.tables).length} tables, ${packed.length} bytes`);
} finally {
  await service.close();
}
