import type { Candidate } from "../candidate.ts";
import { memberId } from "../cart.ts";
import type { LoadJob } from "../load/load-job.ts";
import type { Figure, Goal } from "../measure/ratio.ts";
import type { Contender } from "../measure/rounds.ts";
import type { Case, LeftOut, Run } from "./case.ts";
import { byPgbench, overHttp } from "./contenders.ts";

export const ENGINE = "loyalty-engine";
const HOT = "loyalty-engine, all on one member";
export const FUNCTION = "one stored function, by pgbench";
const STATEMENTS = "a transaction per request, statement by statement, over HTTP";

export async function orderJob(candidate: Candidate, connections: number, seconds: number, hot?: string): Promise<LoadJob> {
  const { url } = await candidate.usual();
  const maker = { kind: "order", members: candidate.members, ...(hot !== undefined && { hot }) } as const;
  return { url, connections, seconds, headers: candidate.headers, maker };
}

type Beside = { title: string; figure: Figure; goal: Goal };

/** The engine beside the stored function, as far as there is a pgbench. */
async function besideFunction(run: Run, id: string, connections: number, claims: Beside[], more: Contender[] = []) {
  const { stack, shop } = run;
  const limits = await run.limits();
  const engine = overHttp(stack, ENGINE, await orderJob(shop, connections, stack.options.seconds));
  const leftOut = claims
    .filter(({ title }) => title === FUNCTION && stack.pgbench === undefined)
    .map(
      ({ goal }): LeftOut => ({
        case: id,
        beside: FUNCTION,
        goal: "atLeast" in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`,
        why: "there is no pgbench",
      }),
    );
  const { databaseUrl, variables } = limits;
  const byFunction = stack.pgbench === undefined ? [] : [byPgbench(stack, FUNCTION, { databaseUrl, connections, variables })];
  return {
    contenders: [engine, ...byFunction, ...more],
    claims: claims
      .filter(({ title }) => title !== FUNCTION || stack.pgbench !== undefined)
      .map(({ title, figure, goal }) => ({ case: id, contender: ENGINE, beside: title, figure, goal })),
    leftOut,
  };
}

const PER_SECOND = { of: "perSecond" } as const;

export const orders128: Case = {
  id: "orders",
  title: "POST /v1/orders: 3 lines, 20 rules, random members, 128 connections",
  writesToShop: true,
  async prepare(run) {
    const { stack, shop } = run;
    const { naive } = await run.limits();
    const job = await orderJob(shop, 128, stack.options.seconds);
    const others = [
      overHttp(stack, STATEMENTS, { ...job, url: naive.url }),
      overHttp(stack, HOT, await orderJob(shop, 128, stack.options.seconds, memberId(7))),
    ];
    const prepared = await besideFunction(
      run,
      this.id,
      128,
      [
        { title: FUNCTION, figure: PER_SECOND, goal: { atLeast: 1.5 } },
        { title: FUNCTION, figure: { of: "cpu", role: "postgres" }, goal: { atMost: 0.4 } },
        { title: STATEMENTS, figure: PER_SECOND, goal: { atLeast: 8 } },
      ],
      others,
    );
    prepared.claims.push({ case: "orders-hot", contender: HOT, beside: ENGINE, figure: PER_SECOND, goal: { atLeast: 1 } });
    return prepared;
  },
};

export const orders32: Case = {
  id: "orders-32",
  title: "POST /v1/orders at 32 connections",
  writesToShop: true,
  prepare(run) {
    return besideFunction(run, this.id, 32, [{ title: FUNCTION, figure: PER_SECOND, goal: { atLeast: 1.1 } }]);
  },
};

export const orders1: Case = {
  id: "orders-1",
  title: "POST /v1/orders over 1 connection, median latency",
  writesToShop: true,
  prepare(run) {
    return besideFunction(run, this.id, 1, [{ title: FUNCTION, figure: { of: "p50Ms" }, goal: { atMost: 2.5 } }]);
  },
};
