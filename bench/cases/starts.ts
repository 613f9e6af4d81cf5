import { setTimeout as sleep } from "node:timers/promises";
import { memberId } from "../cart.ts";
import { type Server, startServer } from "../child-process.ts";
import { median } from "../measure/statistics.ts";
import type { Case } from "./case.ts";
import { timed } from "./contenders.ts";
import { ENGINE } from "./orders.ts";

const STARTS = 3;
const PAUSE_MS = 5;
const LIMIT_MS = 60_000;
const BARE_POOL = "a bare Fastify with one pool";

/** From the start of the process to the first answer that came from the database; a service that is still busy with its start says 503. */
async function secondsToAnswer(start: () => Promise<Server>, headers: Record<string, string>): Promise<number> {
  const since = performance.now();
  const server = await start();
  try {
    for (;;) {
      const answer = await fetch(`${server.url}/v1/members/${memberId(0)}`, { headers });
      const text = await answer.text();
      if (answer.ok) return (performance.now() - since) / 1_000;
      if (answer.status !== 503 || performance.now() - since > LIMIT_MS) throw new Error(`the first answer is ${answer.status}: ${text}`);
      await sleep(PAUSE_MS);
    }
  } finally {
    await server.stop();
  }
}

const startsOf = (start: () => Promise<Server>, headers: Record<string, string>) => async () => {
  const seconds: number[] = [];
  while (seconds.length < STARTS) seconds.push(await secondsToAnswer(start, headers));
  return { seconds: median(seconds), count: 1 };
};

export const starts: Case = {
  id: "start",
  title: "From the start of the process to its first answer, existing database",
  writesToShop: false,
  async prepare({ shop }) {
    return {
      contenders: [
        timed(
          ENGINE,
          startsOf(() => shop.start("process"), shop.headers),
        ),
        timed(
          BARE_POOL,
          startsOf(() => startServer("./children/bare.ts", ["300", shop.databaseUrl]), {}),
        ),
      ],
      claims: [{ case: this.id, contender: ENGINE, beside: BARE_POOL, figure: { of: "secondsEach" }, goal: { atMost: 4 } }],
    };
  },
};
