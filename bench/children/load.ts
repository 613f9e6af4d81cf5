import { randomUUID } from "node:crypto";
import autocannon from "autocannon";
import { randomMember, randomOrder } from "../cart.ts";
import type { LoadJob, LoadResult } from "../load-job.ts";

/** The load, in a process of its own so that it does not share an event loop with what it measures. One job after the other. */

function nextRequest(kind: LoadJob["kind"]): (request: autocannon.Request) => autocannon.Request {
  const prefix = randomUUID().slice(0, 8);
  let n = 0;
  if (kind === "balance") return (request) => ({ ...request, path: `/v1/members/${randomMember()}/balance${searchOf(request)}` });
  return (request) => {
    n += 1;
    return { ...request, body: randomOrder(`${prefix}-${n}`) };
  };
}

const searchOf = ({ path = "" }: autocannon.Request): string => path.slice(path.indexOf("?") === -1 ? path.length : path.indexOf("?"));

async function run({ url, connections, seconds, kind, headers }: LoadJob): Promise<LoadResult> {
  const { pathname, search } = new URL(url);
  const request = { method: kind === "order" ? "POST" : "GET", path: pathname + search, headers, setupRequest: nextRequest(kind) } as const;
  const result = await autocannon({ url: new URL(url).origin, connections, duration: seconds, requests: [request] });
  return {
    perSecond: result["2xx"] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    succeeded: result["2xx"],
    failed: result.non2xx + result.errors + result.timeouts,
  };
}

process.on("message", async (job: LoadJob) => {
  process.send?.(await run(job));
});
process.on("disconnect", () => process.exit());
