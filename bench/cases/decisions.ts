import { decideCampaigns } from "../decide-campaigns.ts";
import type { Contender } from "../measure/rounds.ts";
import type { Case } from "./case.ts";
import { timed } from "./contenders.ts";

const DECISIONS = 300;
const titleOf = (campaigns: number): string => `${campaigns} campaigns`;

/** One decision after the other, in this process. */
function contenderOf(campaigns: number, seconds: number): Contender {
  const decide = decideCampaigns(campaigns, DECISIONS);
  const work = async () => {
    const since = performance.now();
    let count = 0;
    for (; performance.now() - since < seconds * 1_000; count += DECISIONS) decide();
    return { seconds: (performance.now() - since) / 1_000, count };
  };
  return timed(titleOf(campaigns), work, { warmUp: work });
}

export const decisions: Case = {
  id: "decisions",
  title: "One decision on a cart of 3 lines (see bench:decisions for more sizes and a peer)",
  writesToShop: false,
  async prepare({ stack }) {
    const [few, many] = [10, 1_000];
    return {
      contenders: [few, many].map((campaigns) => contenderOf(campaigns, Math.min(2, stack.options.seconds))),
      claims: [{ case: this.id, contender: titleOf(many), beside: titleOf(few), figure: { of: "secondsEach" }, goal: { atMost: 3 } }],
    };
  },
};
