import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../measure/statistics.ts";
import { HttpConnection } from "./http-connection.ts";
import type { LoadJob, LoadResult } from "./load-job.ts";
import { makeRequests } from "./make-requests.ts";

/** What was seen so far. */
type Seen = { milliseconds: number[]; failed: number; firstFailure: string | undefined };

/** Keeps the connections of a job busy, or sends what arrives over those that are free, and answers what was seen. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const origin = new URL(job.url);
  const connections = await Promise.all(Array.from({ length: job.connections }, () => HttpConnection.open(origin)));
  const seen: Seen = { milliseconds: [], failed: 0, firstFailure: undefined };
  const startedAt = performance.now();
  try {
    if (job.perSecond === undefined) await keepBusy(job, connections, seen);
    else await sendArrivals(job, job.perSecond, connections, seen);
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const sorted = seen.milliseconds.toSorted((a, b) => a - b);
  return {
    perSecond: sorted.length / seconds,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    succeeded: sorted.length,
    failed: seen.failed,
    ...(seen.firstFailure !== undefined && { firstFailure: seen.firstFailure }),
  };
}

async function send(connection: HttpConnection, request: string, since: number, seen: Seen): Promise<void> {
  const { status, body } = await connection.send(request);
  if (status >= 200 && status < 300) seen.milliseconds.push(performance.now() - since);
  else {
    seen.failed += 1;
    seen.firstFailure ??= `${status}: ${body.slice(0, 300)}`;
  }
}

/** A closed loop: each connection sends the next request when the one before is answered. */
async function keepBusy(job: LoadJob, connections: readonly HttpConnection[], seen: Seen): Promise<void> {
  const next = makeRequests(job);
  const end = "seconds" in job ? performance.now() + job.seconds * 1_000 : Number.POSITIVE_INFINITY;
  let left = "requests" in job ? job.requests : Number.POSITIVE_INFINITY;
  const work = async (connection: HttpConnection) => {
    while (left > 0) {
      left -= 1;
      const since = performance.now();
      if (since >= end) return;
      await send(connection, next(), since, seen);
    }
  };
  await Promise.all(connections.map(work));
}

/**
 * An open one: requests arrive at random moments, so many a second on average, as pgbench does with a rate. What finds no free connection
 * waits for one, and its time begins with its arrival.
 */
async function sendArrivals(job: LoadJob, perSecond: number, connections: readonly HttpConnection[], seen: Seen): Promise<void> {
  if (!("seconds" in job)) throw new Error("arrivals go on for some seconds");
  const next = makeRequests(job);
  const startedAt = performance.now();
  const end = startedAt + job.seconds * 1_000;
  const free = [...connections];
  const due: number[] = [];
  let first = 0;
  const underWay = new Set<Promise<void>>();

  const dispatch = () => {
    while (first < due.length) {
      const connection = free.pop();
      if (connection === undefined) return;
      const sent = send(connection, next(), due[first] ?? 0, seen).finally(() => {
        free.push(connection);
        underWay.delete(sent);
        dispatch();
      });
      first += 1;
      underWay.add(sent);
    }
  };

  const pauseMs = () => (-Math.log(1 - Math.random()) * 1_000) / perSecond;
  for (let at = startedAt + pauseMs(); at < end; ) {
    for (const now = performance.now(); at <= now && at < end; at += pauseMs()) due.push(at);
    dispatch();
    // Sleeps are of whole milliseconds: what became due meanwhile is sent together, and its wait counts.
    await sleep(1);
  }
  while (first < due.length || underWay.size > 0) await Promise.all([...underWay]);
}
