import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { enterProgram, inSnapshot } from "../../src/db/transaction.ts";
import { balanceFromLots, type MemberAccounts, type OpenPoints } from "../../src/ledger/balance-from-lots.ts";
import { type BalanceRows, toDatedBalance } from "../../src/ledger/balance-rows.ts";
import { selectBalances, selectMemberAccounts } from "../../src/ledger/select-balances.ts";
import { CounterSums } from "../../src/verify/counter-sums.ts";
import type { Difference } from "../../src/verify/difference.ts";
import { verifyMembers, verifyProgram } from "../../src/verify/verify-program.ts";
import type { ModelWallet } from "./model-wallet.ts";
import type { Run } from "./step.ts";

export type LedgerCheck = { pool: pg.Pool; programId: number };

const FIRST_WALLET = new Map([[1, "points"]]);

const lotInWords = ({ remaining, held, expiresAt }: { remaining: number; held: number; expiresAt: number }) =>
  `${remaining} (${held} held) until ${expiresAt}`;

/** Where balance or open lots of a member are not what the model says. What is due and not booked yet shows in the balance only. */
function wrongMember({ member, open }: { member: MemberAccounts; open: OpenPoints }, wallet: ModelWallet, now: number): string[] {
  const { memberId } = member;
  const { expiring: _expiring, ...actual } = balanceFromLots(member, open, FIRST_WALLET, now).balance.wallets.points ?? {};
  const expected = wallet.balance();
  const wrong: string[] = [];
  if (Object.entries(expected).some(([name, points]) => actual[name as keyof typeof actual] !== points)) {
    wrong.push(`${memberId} has ${JSON.stringify(actual)}, the model ${JSON.stringify(expected)}`);
  }
  // In no order of their own: a merge numbers pending ones and available ones anew, each together.
  const stored = open.lots.map(lotInWords).sort();
  const modelled = wallet.lots
    .filter(({ remaining }) => remaining > 0)
    .map(lotInWords)
    .sort();
  const isBooked = member.nextChangeAt > now && member.nextChangeAt < Number.POSITIVE_INFINITY;
  if (isBooked && stored.join() !== modelled.join())
    wrong.push(`${memberId} has the lots [${stored.join(", ")}], the model [${modelled.join(", ")}]`);
  return wrong;
}

/** What members have that is not what the model says. */
async function wrongMembers({ pool, programId }: LedgerCheck, runs: readonly Run[], now: number): Promise<string[]> {
  const expected = new Map(runs.flatMap(({ model }) => [...model.wallets.keys()].map((member) => [member, model.walletOf(member)])));
  const { found: answered } = await selectBalances(pool, programId, { memberIds: [...expected.keys()] }, new Date(now));
  const [there, missing] = [[...answered.keys()], [...expected.keys()].filter((memberId) => !answered.has(memberId))];
  const stored = await inSnapshot(pool, programId, (tx) =>
    Promise.all(there.map((memberId) => selectMemberAccounts(tx, programId, memberId))),
  );
  return [
    ...missing.map((memberId) => `${memberId} is not there`),
    ...stored.flatMap((accounts) => {
      const { memberId } = accounts.member;
      const [wallet, rows] = [expected.get(memberId), answered.get(memberId)];
      if (wallet === undefined || rows === undefined) throw new Error(`${memberId} was not asked for`);
      return [...wrongMember(accounts, wallet, now), ...wrongAnswer(accounts, rows, now)];
    }),
  ];
}

/** What is read as it stands, dates of expiry and all, is what the lots come to. */
function wrongAnswer({ member, open }: { member: MemberAccounts; open: OpenPoints }, rows: BalanceRows, now: number): string[] {
  const counted = balanceFromLots(member, open, FIRST_WALLET, now).balance;
  const answered = toDatedBalance(rows, FIRST_WALLET, now).balance;
  return isDeepStrictEqual(answered, counted)
    ? []
    : [`${member.memberId} is answered ${JSON.stringify(answered)}, its lots come to ${JSON.stringify(counted)}`];
}

const inWords = ({ check, member, subject, expected, actual }: Difference) =>
  `${check} of ${member} ${subject ?? ""}: ${actual} instead of ${expected}`;

/** Which invariants of the ledger do not hold for the members of these sequences. */
async function brokenInvariants({ pool, programId }: LedgerCheck, runs: readonly Run[]): Promise<string[]> {
  const members = runs.flatMap(({ model }) => [...model.wallets.keys()]);
  const broken: string[] = [];
  const report = { show: (difference: Difference) => broken.push(inWords(difference)), count: () => undefined };
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query(enterProgram(client, programId));
    const { rows } = await client.query<{ from: string; to: string }>({
      name: "model_members",
      text: `select coalesce(min(member_key), 0)::text as "from", coalesce(max(member_key), 0)::text as "to"
               from members where program_id = $1 and id = any($2)`,
      values: [programId, members],
    });
    const range = { from: "0", to: "0", ...rows[0], members: members.length };
    await verifyMembers(client, { programId, timeZone: "UTC", counters: new CounterSums() }, range, report);
    await client.query("commit");
  } finally {
    client.release();
  }
  return broken;
}

/** What a verification of the whole program finds. */
export async function programDifferences({ pool, programId }: LedgerCheck): Promise<string[]> {
  const differences: string[] = [];
  const client = await pool.connect();
  try {
    await verifyProgram(client, programId, { onDifference: (difference) => differences.push(inWords(difference)) });
  } finally {
    client.release();
  }
  return differences;
}

/** What is different, and in which of the sequences. */
export async function differencesOf(check: LedgerCheck, runs: readonly Run[], now: number): Promise<{ sequence: number; what: string }[]> {
  const [wrong, broken] = await Promise.all([wrongMembers(check, runs, now), brokenInvariants(check, runs)]);
  return [...wrong, ...broken].map((what) => {
    const sequence = runs.findIndex(({ model }) => [...model.wallets.keys()].some((member) => what.includes(member)));
    return { sequence: Math.max(0, sequence), what };
  });
}
