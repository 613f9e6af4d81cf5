import type { Contender } from "../measure/rounds.ts";
import { residentMegabytes } from "../resident-memory.ts";
import type { Case } from "./case.ts";
import { orderJob } from "./orders.ts";

const CONNECTIONS = 128;
const EARLY_SECONDS = 60;
const LATE_SECONDS = 600;
/** Told by the seconds themselves: a trial of a few must not call itself ten minutes. */
const [EARLY, LATE] = [EARLY_SECONDS, LATE_SECONDS].map((seconds) => `after ${seconds / 60} min`) as [string, string];

/** Orders at full load all the time: the second window goes on where the first one ended. */
export const memory: Case = {
  id: "memory",
  title: `Resident memory of the service under full load of orders, ${EARLY} and ${LATE}`,
  writesToShop: true,
  isLarge: true,
  async prepare({ stack, shop }) {
    const job = await orderJob(shop, CONNECTIONS, EARLY_SECONDS);
    const { pid } = await shop.usual();
    const contenderOf = (title: string, seconds: number): Contender => ({
      title,
      async run() {
        const result = await stack.load.run({ ...job, seconds });
        const megabytes = await residentMegabytes(pid);
        return async () => ({ ...result, megabytes });
      },
    });
    return {
      contenders: [contenderOf(EARLY, EARLY_SECONDS), contenderOf(LATE, LATE_SECONDS - EARLY_SECONDS)],
      claims: [{ case: this.id, contender: LATE, beside: EARLY, figure: { of: "megabytes" }, goal: { atMost: 1.1 } }],
      // Again it would begin with a process that has grown already, so noise is told and not repeated.
      rounds: 1,
      repeats: 0,
    };
  },
};
