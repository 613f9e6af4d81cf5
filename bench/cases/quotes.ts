import type { Candidate } from "../candidate.ts";
import type { LoadJob } from "../load/load-job.ts";
import { startBare } from "./balances.ts";
import type { Case } from "./case.ts";
import { overHttp } from "./contenders.ts";
import { ENGINE } from "./orders.ts";

const CONNECTIONS = 64;
const ECHO = "a bare Fastify route that parses and echoes the same body";

export async function quoteJob(candidate: Candidate, seconds: number): Promise<LoadJob> {
  const { url } = await candidate.usual();
  return { url, connections: CONNECTIONS, seconds, headers: candidate.headers, maker: { kind: "quote", members: candidate.members } };
}

export const quotes: Case = {
  id: "quotes",
  title: `POST /v1/quotes, ${CONNECTIONS} connections`,
  writesToShop: false,
  async prepare(run) {
    const { stack, shop } = run;
    const job = await quoteJob(shop, stack.options.seconds);
    return {
      contenders: [overHttp(stack, ENGINE, job), overHttp(stack, ECHO, { ...job, url: (await startBare(run)).url })],
      claims: [{ case: this.id, contender: ENGINE, beside: ECHO, figure: { of: "perSecond" }, goal: { atLeast: 0.35 } }],
    };
  },
};
