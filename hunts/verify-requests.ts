import { parseArgs } from "node:util";
import { startService } from "../examples/demo/start-service.ts";
import { wholeOption } from "./arguments.ts";
import { huntRequests } from "./requests/hunt-requests.ts";
import { HUNTED_PROGRAM } from "./requests/hunted-program.ts";
import { tell } from "./tell.ts";

/**
 * Sends generated requests for every operation of the OpenAPI document: as they should be, broken in one place, and hostile.
 *   npm run verify:requests -- [--count 100000] [--seed 1] [--first 0]
 * Passes when each answer has a status, a content type, fields and a code that are documented for its operation, none is 500 or above
 * (503 overloaded is asked again), and the ledger proves itself afterwards.
 */
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
  },
});
const [count, seed, first] = [wholeOption(values, "count"), wholeOption(values, "seed"), wholeOption(values, "first")];
const AT_ONCE = 16;

const service = await startService();
try {
  const root = { authorization: `Bearer ${service.rootKey}`, "loyalty-program": HUNTED_PROGRAM.id };
  const startedAt = performance.now();
  const report = await huntRequests(
    async ({ method, path, headers, body }) => {
      const answer = await fetch(service.url + path, { method, headers: { ...root, ...headers }, ...(body !== undefined && { body }) });
      const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
      return { status: answer.status, type, text: await answer.text() };
    },
    { seed, first, count, atOnce: AT_ONCE },
  );
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const { valid, broken, hostile } = report.sent;
  const statuses = Object.entries(report.statuses).map(([status, times]) => `${times} × ${status}`);
  console.log(`seed ${seed}: ${valid} valid, ${broken} broken and ${hostile} hostile requests in ${seconds} s; ${statuses.join(", ")}`);
  console.log(`${report.succeeded.size} of ${report.operations} operations succeeded at least once`);
  tell(report.findings.map(({ request, what }) => `request ${request}: ${what}`));
} finally {
  await service.close();
}
