import { Candidate } from "../candidate.ts";
import { settle } from "../data/fill.ts";
import { importLines } from "../data/import-lines.ts";
import type { Contender } from "../measure/rounds.ts";
import type { Stack } from "../stack.ts";
import type { Case } from "./case.ts";
import { requireAnswers } from "./contenders.ts";

const CONNECTIONS = 16;
const POINTS_OF_LOT = 10;

/** Members with so many lots, of whom each redemption takes one, or all. */
type Kind = { title: string; prefix: string; lots: number; taken: number; requests: number };

const ONE: Kind = { title: "from 1 of 1 lot", prefix: "one-", lots: 1, taken: 1, requests: 1_500 };
const KINDS: readonly Kind[] = [
  ONE,
  { title: "from 1 of 100 lots", prefix: "many-", lots: 100, taken: 1, requests: 1_000 },
  { title: "emptying 10 lots", prefix: "ten-", lots: 10, taken: 10, requests: 1_500 },
  { title: "emptying 100 lots", prefix: "hundred-", lots: 100, taken: 100, requests: 500 },
];

const rewardOf = (lots: number): string => `take-${lots}`;

const redemptionProgram = {
  id: "redemptions",
  name: "Redemptions",
  currency: "GBP",
  timeZone: "Europe/London",
  autoEnroll: true,
  wallets: [{ id: "points", expiry: "P24M" }],
  earning: [],
  tiers: [{ id: "all" }],
  rewards: [1, 10, 100].map((lots) => ({
    id: rewardOf(lots),
    label: `For ${lots} lots`,
    price: [{ wallet: "points", points: lots * POINTS_OF_LOT }],
    gives: { kind: "custom" },
  })),
  rules: [],
};

const DAY_MS = 86_400_000;

/** So many members from number `from` on, through the import. */
function* openings({ prefix, lots }: Kind, from: number, members: number): Generator<object> {
  const now = Date.now();
  for (let n = from; n < from + members; n += 1) {
    const own = Array.from({ length: lots }, (_, lot) => {
      return { wallet: "points", points: POINTS_OF_LOT, expiresAt: new Date(now + (lot + 100) * DAY_MS).toISOString() };
    });
    yield {
      type: "openingBalance",
      id: `opening-${prefix}${n}`,
      memberId: `${prefix}${n}`,
      occurredAt: new Date(now).toISOString(),
      lots: own,
    };
  }
}

/** Each window has members of its own, who are brought before it. */
function contenderOf(stack: Stack, candidate: Candidate, kind: Kind): Contender {
  let from = 0;
  const bring = async () => {
    const { url } = await candidate.usual();
    await importLines(url, candidate.headers, openings(kind, from, kind.requests));
    await settle(candidate.databaseUrl);
  };
  const redeem = async () => {
    const { url } = await candidate.usual();
    const maker = { kind: "redemption", reward: rewardOf(kind.taken), prefix: kind.prefix, from } as const;
    from += kind.requests;
    return stack.load.run({ url, connections: CONNECTIONS, requests: kind.requests, headers: candidate.headers, maker });
  };
  return {
    title: kind.title,
    warmUp: async () => {
      await bring();
      requireAnswers(kind.title, await redeem());
    },
    ready: bring,
    async run() {
      const result = await redeem();
      return async () => result;
    },
  };
}

/** In a database of the candidate's revision that has nothing else. */
export async function redemptionContenders(stack: Stack, candidate: Candidate, kinds: readonly Kind[] = KINDS): Promise<Contender[]> {
  return kinds.map((kind) => contenderOf(stack, candidate, kind));
}

export const createRedemptions = (stack: Stack, name: string, root?: string): Promise<Candidate> =>
  Candidate.create(stack, { name, program: redemptionProgram, ...(root !== undefined && { root }) });

export const redemptions: Case = {
  id: "redemptions",
  title: `POST /v1/members/{memberId}/redemptions, ${CONNECTIONS} connections`,
  writesToShop: false,
  async prepare({ stack }) {
    const candidate = await createRedemptions(stack, "redemptions");
    const goals = [1.5, 2, 6];
    return {
      contenders: await redemptionContenders(stack, candidate),
      claims: KINDS.filter((kind) => kind !== ONE).map(({ title }, n) => ({
        case: this.id,
        contender: title,
        beside: ONE.title,
        figure: { of: "secondsEach" },
        goal: { atMost: goals[n] ?? Number.NaN },
      })),
      verified: [candidate],
      close: () => candidate.stopServices(),
    };
  },
};
