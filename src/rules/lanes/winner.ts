import { compareWorth, type GiftWorth } from "./worth.ts";

const NOTHING: GiftWorth = { money: 0n, points: 0n };

/**
 * Which of the gifts wins: the one that gives most or, of those that give anything, least; of equal ones the first.
 * Where none is worth anything (gifts and privileges only), the first.
 */
export function winnerOf<Gift extends { worth: GiftWorth }>(
  gifts: readonly Gift[],
  winner: "best_for_member" | "least_cost",
): Gift | undefined {
  if (winner === "best_for_member") return gifts.reduce<Gift | undefined>((best, gift) => (isMore(gift, best) ? gift : best), undefined);
  const costly = gifts.filter(({ worth }) => compareWorth(worth, NOTHING) > 0);
  return costly.reduce<Gift | undefined>((least, gift) => (isLess(gift, least) ? gift : least), undefined) ?? gifts[0];
}

const isMore = ({ worth }: { worth: GiftWorth }, than: { worth: GiftWorth } | undefined): boolean =>
  than === undefined || compareWorth(worth, than.worth) > 0;

const isLess = ({ worth }: { worth: GiftWorth }, than: { worth: GiftWorth } | undefined): boolean =>
  than === undefined || compareWorth(worth, than.worth) < 0;
