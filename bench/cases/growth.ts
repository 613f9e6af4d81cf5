import { Candidate } from "../candidate.ts";
import type { Claim } from "../measure/ratio.ts";
import type { Contender } from "../measure/rounds.ts";
import { shopProgram } from "../program.ts";
import type { Stack } from "../stack.ts";
import { cachedJob, strongJob } from "./balances.ts";
import type { Case } from "./case.ts";
import { overHttp } from "./contenders.ts";
import { orderJob } from "./orders.ts";
import { quoteJob } from "./quotes.ts";

const SMALL = 10_000;
const LARGE = 1_000_000;
const ORDER_CONNECTIONS = 32;
/**
 * The first change of each page after a checkpoint writes it to the log as a whole. Under load that is over for most pages minutes after it,
 * and there are thirty between two: what is measured begins then. The pages of few members have all been changed within seconds.
 */
const WARM_UP_SECONDS_OF_LARGE = 90;

const at = (what: string, members: number): string => `${what}, ${members.toLocaleString("en").replaceAll(",", " ")} members`;
const ORDERS = "orders";
/** In the order of their jobs. A process knows all of ten thousand members after a while, and of a million some: hence both kinds of strong balances. */
const READS = ["strong balances", "strong balances by a process that keeps nothing", "cached balances", "quotes"];

async function contendersOf(stack: Stack, candidate: Candidate): Promise<Contender[]> {
  const { seconds } = stack.options;
  const orders = await orderJob(candidate, ORDER_CONNECTIONS, seconds);
  const reads = [
    await strongJob(candidate, "process", seconds),
    await strongJob(candidate, "nowhere", seconds),
    await cachedJob(candidate, "process", seconds),
    await quoteJob(candidate, seconds),
  ];
  const titled = (what: string) => at(what, candidate.members);
  return [
    overHttp(stack, titled(ORDERS), orders, candidate.members === LARGE ? WARM_UP_SECONDS_OF_LARGE : undefined),
    ...READS.map((what, n) => overHttp(stack, titled(what), reads[n] as (typeof reads)[number])),
  ];
}

export const growth: Case = {
  id: "growth",
  title: `${LARGE} members with 20 entries each, beside ${SMALL}`,
  writesToShop: false,
  isLarge: true,
  async prepare({ stack }) {
    const small = await Candidate.create(stack, { name: "small", program: shopProgram("small"), members: SMALL });
    const large = await Candidate.create(stack, { name: "large", program: shopProgram("large"), members: LARGE });
    return {
      contenders: [...(await contendersOf(stack, large)), ...(await contendersOf(stack, small))],
      claims: [ORDERS, ...READS].flatMap((what) =>
        (["p50Ms", "p99Ms"] as const).map(
          (of): Claim => ({
            case: this.id,
            contender: at(what, LARGE),
            beside: at(what, SMALL),
            figure: { of },
            goal: { atMost: 1.2 },
          }),
        ),
      ),
      verified: [small, large],
      async close() {
        await small.stopServices();
        await large.stopServices();
      },
    };
  },
};
