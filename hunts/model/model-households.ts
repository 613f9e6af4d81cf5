import { byBurnOrder, free, type ModelLot, type ModelWallet } from "./model-wallet.ts";

/** Members in the order in which they joined, the owner first, and whether they may spend; nobody when it has ended. */
export type ModelHousehold = { id: string; owner: string; members: Map<string, boolean> };

/** Who is in a household with whom. Answers: false is refused, and nothing changes. */
export class ModelHouseholds {
  readonly all: ModelHousehold[] = [];
  readonly #maxMembers: number;

  constructor(maxMembers: number) {
    this.#maxMembers = maxMembers;
  }

  of(member: string): ModelHousehold | undefined {
    return this.all.find(({ members }) => members.has(member));
  }

  found(id: string, owner: string): boolean {
    if (this.of(owner) !== undefined) return false;
    this.all.push({ id, owner, members: new Map([[owner, true]]) });
    return true;
  }

  /** Who is in it already is told anew whether they may spend. */
  join({ owner, members }: ModelHousehold, member: string, maySpend: boolean): boolean {
    if (members.size === 0) return false;
    if (members.has(member)) {
      if (member === owner && !maySpend) return false;
    } else if (this.of(member) !== undefined || members.size >= this.#maxMembers) return false;
    members.set(member, maySpend);
    return true;
  }

  leave({ owner, members }: ModelHousehold, member: string): boolean {
    if (member === owner && members.size > 1) return false;
    return members.delete(member);
  }

  /** Those on whose points a member may draw. */
  matesOf(member: string): string[] {
    const members = this.of(member)?.members ?? new Map<string, boolean>();
    return members.get(member) === true ? [...members.keys()].filter((mate) => mate !== member) : [];
  }
}

type Offered = { mate: ModelWallet; lot: ModelLot };

const offeredBy = (mates: readonly ModelWallet[]): Offered[] =>
  mates.flatMap((mate) => mate.openLots().map((lot) => ({ mate, lot }))).sort((a, b) => byBurnOrder(a.lot, b.lot));

/** What each of them gives of `points`: those first that expire first, whoever has them. */
export function sharesOf(mates: readonly ModelWallet[], points: number): Map<ModelWallet, number> {
  const shares = new Map<ModelWallet, number>();
  let left = points;
  for (const { mate, lot } of offeredBy(mates)) {
    const share = Math.min(free(lot), left);
    if (share > 0) shares.set(mate, (shares.get(mate) ?? 0) + share);
    left -= share;
  }
  return shares;
}

/** Whether two of them have points with the same dates: nothing says who of them gives first. */
export function isTied(mates: readonly ModelWallet[]): boolean {
  const offered = offeredBy(mates);
  return offered.some(({ mate, lot }, index) => {
    const next = offered[index + 1];
    return next !== undefined && next.mate !== mate && byBurnOrder(lot, next.lot) === 0;
  });
}
