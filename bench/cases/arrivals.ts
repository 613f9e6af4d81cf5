import type { Claim, Goal } from "../measure/ratio.ts";
import type { Contender } from "../measure/rounds.ts";
import { BALANCE_CONNECTIONS, BARE, balances, cachedJob, NEAR, startBare } from "./balances.ts";
import type { Case, LeftOut, Run } from "./case.ts";
import { byPgbench, overHttp } from "./contenders.ts";
import { ENGINE, FUNCTION, orderJob, orders128 } from "./orders.ts";

const SHARE = 0.7;
const CONNECTIONS = 128;

/** What was reached in the case of the closed loop, or is now, where that one was left out. */
async function reached(run: Run, caseId: string, contender: Contender): Promise<number> {
  const known = run.reached(caseId, contender.title);
  if (known !== undefined) return known;
  await contender.warmUp?.();
  return (await (await contender.run())()).perSecond;
}

const claimOf = (id: string, contender: string, beside: string, goal: Goal, perSecond: number): Claim => ({
  case: id,
  contender,
  beside,
  figure: { of: "p99Ms" },
  goal,
  arrivals: perSecond,
});

export const orderArrivals: Case = {
  id: "orders-p99",
  title: `POST /v1/orders: p99 of random arrivals, ${SHARE * 100} % of what the engine reached`,
  writesToShop: true,
  async prepare(run) {
    const { stack, shop } = run;
    const { databaseUrl, variables } = await run.limits();
    const job = await orderJob(shop, CONNECTIONS, stack.options.seconds);
    const perSecond = SHARE * (await reached(run, orders128.id, overHttp(stack, ENGINE, job)));
    const engine = overHttp(stack, ENGINE, { ...job, perSecond });
    if (stack.pgbench === undefined) {
      const leftOut: LeftOut = { case: this.id, beside: FUNCTION, goal: "≤ 4", why: "there is no pgbench" };
      return { contenders: [engine], claims: [], leftOut: [leftOut] };
    }
    return {
      contenders: [engine, byPgbench(stack, FUNCTION, { databaseUrl, variables, connections: CONNECTIONS, perSecond })],
      claims: [claimOf(this.id, ENGINE, FUNCTION, { atMost: 4 }, perSecond)],
    };
  },
};

export const balanceArrivals: Case = {
  id: "balances-p99",
  title: `GET balance: p99 of random arrivals, ${SHARE * 100} % of what the engine reached`,
  writesToShop: false,
  async prepare(run) {
    const { stack, shop } = run;
    const job = { ...(await cachedJob(shop, "process", stack.options.seconds)), connections: BALANCE_CONNECTIONS };
    const perSecond = SHARE * (await reached(run, balances.id, overHttp(stack, NEAR, job)));
    const bare = await startBare(run);
    return {
      contenders: [overHttp(stack, NEAR, { ...job, perSecond }), overHttp(stack, BARE, { ...job, url: bare.url, perSecond })],
      claims: [claimOf(this.id, NEAR, BARE, { atMost: 3 }, perSecond)],
    };
  },
};
