import { callApi } from "../../src/cli/api.ts";
import type { Connection } from "../../src/cli/connection.ts";
import { formatAmount, formatCount } from "../../src/cli/minor-units.ts";
import { BalanceSchema } from "../../src/ledger/schemas.ts";
import type { ProgramDefinition } from "../../src/programs/definition.ts";
import { MemberTierSchema } from "../../src/tiers/schemas.ts";
import type { MemberYear } from "./import-year.ts";
import type { DemoMember } from "./members.ts";

type Told = { why: string; member: DemoMember; year: MemberYear };

const NOTHING: MemberYear = { orders: 0, returns: 0, net: 0, returnedNet: 0 };

/** Who is worth a look: of all who are not told of yet, the one for whom the value is highest. */
const CHOICES: readonly { why: string; scoreOf: (member: DemoMember, year: MemberYear, firstTier: string) => number }[] = [
  { why: "bought the most", scoreOf: (_member, { net, returnedNet }) => net - returnedNet },
  { why: "returned the most", scoreOf: (_member, { returnedNet }) => returnedNet },
  { why: "came most often", scoreOf: (_member, { orders }) => orders },
  {
    why: "is close to the next tier",
    scoreOf: ({ tier }, { net, returnedNet }, firstTier) => (tier === firstTier ? net - returnedNet : -1),
  },
  { why: "moved up last", scoreOf: ({ tier, tierSince }, _year, firstTier) => (tier === firstTier ? -1 : Date.parse(tierSince)) },
];

export function chooseMembers(members: readonly DemoMember[], byMember: ReadonlyMap<string, MemberYear>, firstTier: string): Told[] {
  const told: Told[] = [];
  for (const { why, scoreOf } of CHOICES) {
    const left = members.filter(({ id }) => !told.some(({ member }) => member.id === id));
    const value = (member: DemoMember) => scoreOf(member, byMember.get(member.id) ?? NOTHING, firstTier);
    const [first, ...others] = left;
    if (first === undefined) break;
    const member = others.reduce((best, candidate) => (value(candidate) > value(best) ? candidate : best), first);
    told.push({ why, member, year: byMember.get(member.id) ?? NOTHING });
  }
  return told;
}

const dateOf = (instant: string): string =>
  new Date(instant).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** A member's year in three lines, from what the API says of them. */
export async function tellStory(connection: Connection, { why, member, year }: Told, program: ProgramDefinition): Promise<string[]> {
  const path = `/v1/members/${encodeURIComponent(member.id)}`;
  const [tier, balance] = await Promise.all([
    callApi(connection, { method: "GET", path: `${path}/tier` }, MemberTierSchema),
    callApi(connection, { method: "GET", path: `${path}/balance` }, BalanceSchema),
  ]);
  const points = balance.wallets[program.wallets[0]?.id ?? ""];
  const [soonest] = points?.expiring ?? [];
  const returns = year.returns === 0 ? "" : `, returned ${formatAmount(BigInt(year.returnedNet), program.currency)} of it`;
  const next = tier.next === null ? "at the top of the ladder" : tier.next.sentence;
  const expiring = soonest === undefined ? "" : `, ${formatCount(soonest.points)} of them until ${dateOf(soonest.at)}`;
  const owed = points !== undefined && points.debt > 0 ? `, owes ${formatCount(points.debt)}` : "";
  return [
    `  ${member.displayName ?? member.id} (${member.id}) ${why}`,
    `    ${formatCount(year.orders)} orders, paid ${formatAmount(BigInt(year.net), program.currency)}${returns}`,
    `    ${tier.name ?? tier.tier} since ${dateOf(tier.since)}; ${next}; ${formatCount(points?.available ?? 0)} points to spend${expiring}${owed}`,
  ];
}
