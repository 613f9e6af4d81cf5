import { parseArgs } from "node:util";
import { startService } from "../examples/demo/start-service.ts";
import { wholeOption } from "./arguments.ts";
import { huntRules } from "./rules/hunt.ts";
import { type Call, HUNT_CLOCK, huntOverHttp } from "./rules/over-http.ts";

/**
 * Throws generated rule files, good and broken, and generated orders at the rules, and a part of them at the whole service.
 *   npm run verify:rules -- [--count 2000] [--orders 20000] [--seed 1] [--first 0]
 * Passes when nothing was answered with 500 or thrown but refusals, each refusal names place and reason, no decision broke an
 * invariant, and none took longer than 100 ms.
 */
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "2000" },
    orders: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
  },
});
const DECISION_MS_MAX = 100;
const FINDINGS_SHOWN = 20;
const FILES_OVER_HTTP = 0.1;

const [seed, first, count, orders] = [
  wholeOption(values, "seed"),
  wholeOption(values, "first"),
  wholeOption(values, "count"),
  wholeOption(values, "orders"),
];
const repeat = (file: number) => `npm run verify:rules -- --seed ${seed} --first ${file} --count 1`;

async function huntService() {
  const service = await startService(() => HUNT_CLOCK);
  const call: Call = async (program, method, path, body) => {
    const answer = await fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${service.rootKey}`, "loyalty-program": program, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  try {
    return await huntOverHttp(call, { seed, first, count: Math.ceil(count * FILES_OVER_HTTP), ordersPerFile: 10 });
  } finally {
    await service.close();
  }
}

const pure = huntRules({ seed, first, count, orders });
const { milliseconds, file, order } = pure.slowest;
console.log(`seed ${seed}: ${pure.files} files, ${pure.accepted} accepted; ${pure.decisions} orders, ${pure.refused} out of range`);
console.log(`slowest decision: ${milliseconds.toFixed(1)} ms (file ${file}, order ${order}; ${repeat(file)} --orders ${order + 1})`);
const http = await huntService();
console.log(
  `over HTTP: ${http.files} files, ${http.accepted} published; ${http.requests} requests, ${http.orders} orders and ${http.events} events recorded`,
);

const findings = [...pure.findings, ...http.findings];
for (const finding of findings.slice(0, FINDINGS_SHOWN))
  console.log(`file ${finding.file}, order ${finding.order ?? "-"}: ${finding.what}`);
if (findings.length > 0) console.log(`${findings.length} findings; repeat the first: ${repeat(findings[0]?.file ?? 0)}`);
if (findings.length > 0 || milliseconds > DECISION_MS_MAX) process.exitCode = 1;
else console.log("no finding");
