import type { Cache, Candidate } from "../candidate.ts";
import { memberId } from "../cart.ts";
import { type Server, startServer } from "../child-process.ts";
import type { LoadJob } from "../load/load-job.ts";
import type { Claim } from "../measure/ratio.ts";
import type { Case, LeftOut, Run } from "./case.ts";
import { overHttp } from "./contenders.ts";

export const BALANCE_CONNECTIONS = 64;
/** Members who are looked at again and again while they are on the shop's pages: after the warm-up the copies of all of them are there. */
const ONLINE_MEMBERS = 2_000;

export const NEAR = "cached in the process";
const FAR = "cached in Redis";
const STRONG = "strong: Postgres is always asked, of members who were read before";
const STRONG_ANEW = "strong, by a process that keeps nothing";
export const BARE = "a bare Fastify route with a constant answer of the same size";

/** Copies of those who are online: all of them are there. */
export const cachedJob = (candidate: Candidate, cache: Cache, seconds: number): Promise<LoadJob> =>
  jobOf(candidate, cache, seconds, { members: Math.min(ONLINE_MEMBERS, candidate.members), isStrong: false, areKnown: true });

/** Of any members of the shop; `areKnown`: the process has read each of them before. */
export const strongJob = (candidate: Candidate, cache: Cache, seconds: number, areKnown = false): Promise<LoadJob> =>
  jobOf(candidate, cache, seconds, { members: candidate.members, isStrong: true, areKnown });

type Readers = { members: number; isStrong: boolean; areKnown: boolean };

async function jobOf(candidate: Candidate, cache: Cache, seconds: number, readers: Readers): Promise<LoadJob> {
  const { url } = await candidate.service(cache);
  return { url, connections: BALANCE_CONNECTIONS, seconds, headers: candidate.headers, maker: { kind: "balance", ...readers } };
}

/** Sized by a balance of the shop. */
export async function startBare({ stack, shop }: Run): Promise<Server> {
  const { url } = await shop.service("process");
  const sample = await fetch(`${url}/v1/members/${memberId(0)}/balance`, { headers: shop.headers });
  const bare = stack.closings.opened(await startServer("./children/bare.ts", [String((await sample.text()).length)]));
  stack.meter.watch("service", bare.pid);
  return bare;
}

export const balances: Case = {
  id: "balances",
  title: `GET balance, ${BALANCE_CONNECTIONS} connections, one process`,
  writesToShop: false,
  async prepare(run) {
    const { stack, shop } = run;
    const { seconds } = stack.options;
    const near = await cachedJob(shop, "process", seconds);
    const contenders = [
      overHttp(stack, NEAR, near),
      ...(stack.redis === undefined ? [] : [overHttp(stack, FAR, await cachedJob(shop, "redis", seconds))]),
      overHttp(stack, STRONG, await strongJob(shop, "process", seconds, true)),
      overHttp(stack, STRONG_ANEW, await strongJob(shop, "nowhere", seconds)),
      overHttp(stack, BARE, { ...near, url: (await startBare(run)).url }),
    ];
    const claims: Claim[] = [
      { case: "balance-near", contender: NEAR, beside: BARE, figure: { of: "perSecond" }, goal: { atLeast: 0.65 } },
      { case: "balance-redis", contender: FAR, beside: BARE, figure: { of: "perSecond" }, goal: { atLeast: 0.45 } },
      { case: "balance-strong", contender: STRONG, beside: BARE, figure: { of: "perSecond" }, goal: { atLeast: 0.4 } },
      { case: "balance-strong", contender: STRONG, beside: BARE, figure: { of: "p99Ms" }, goal: { atMost: 3 } },
    ];
    const isThere = ({ contender }: Claim) => stack.redis !== undefined || contender !== FAR;
    const leftOut: LeftOut[] =
      stack.redis === undefined ? [{ case: "balance-redis", beside: BARE, goal: "≥ 0.45", why: "there is no Redis" }] : [];
    return { contenders, claims: claims.filter(isThere), leftOut };
  },
};
