import type pg from "pg";
import { assert } from "../core/assert.ts";
import { lookUp, lookUpIfAny } from "../db/look-ups.ts";
import { SERVER_LIFE } from "../db/server-life.ts";
import { BEGIN_SNAPSHOT, endReading, enterHotPath } from "../db/transaction.ts";
import { STANDS_FOR } from "../members/store.ts";
import type { MemberAccounts, OpenPoints } from "./balance-from-lots.ts";
import {
  type AccountRow,
  type BalanceRow,
  type BalanceRows,
  type ChangingRows,
  FIRST_WALLET,
  type OpenLotRow,
  toMemberAccounts,
  toOpenPoints,
} from "./balance-rows.ts";
import { HOLD_COLUMNS, type StoredHold } from "./hold-rows.ts";
import type { AccountMark } from "./kept-balances.ts";

const ACCOUNTS = `n.id as asked_id, m.member_key, m.id, a.wallet, a.available, a.pending, a.held, a.debt, a.accrued_total, a.clawed_back_total,
                a.redeemed_total, a.expired_total, a.version, a.tier, a.next_change_at`;
const OF_MEMBERS = `from members n ${STANDS_FOR}
           ${lookUp("accounts", "a", "member_key = m.member_key", "xmin, *")}
          where n.program_id = $1 and n.id = any($2::text[])`;

const selectAccounts = (programId: number, memberId: string): pg.QueryConfig => ({
  name: "select_member_accounts",
  text: `select ${ACCOUNTS} ${OF_MEMBERS}`,
  values: [programId, [memberId]],
});

/**
 * With the dates at which free points of its lots expire, in seconds, and how many: `{{1798761600.5,20},{1801440000,5}}`. As one text, since
 * one row of a member with twenty lots takes a third of the time that twenty rows do.
 */
const selectBalanceRows = (programId: number, memberIds: readonly string[]): pg.QueryConfig => ({
  name: "select_balances",
  text: `select ${ACCOUNTS}, a.xmin as mark,
                (select array_agg(array[date_part('epoch', l.expires_at), l.remaining - l.held])::text
                   from lots l
                  where l.program_id = $1 and l.member_key = a.member_key and l.wallet = a.wallet and l.remaining > 0
                    and l.remaining > l.held and l.expires_at < 'infinity') as expiring
           ${OF_MEMBERS}`,
  values: [programId, memberIds],
});

const selectOpenLots = (programId: number, memberKeys: readonly number[]): pg.QueryConfig => ({
  name: "select_balance_lots",
  text: `select member_key, seq, wallet, remaining, held, is_pending, available_at, expires_at
           from lots
          where program_id = $1 and member_key = any($2::bigint[]) and remaining > 0`,
  values: [programId, memberKeys],
});

const selectOpenHolds = (programId: number, memberKeys: readonly number[]): pg.QueryConfig => ({
  name: "select_balance_holds",
  text: `select ${HOLD_COLUMNS} from holds h where h.program_id = $1 and h.member_key = any($2::bigint[]) and h.status = 'open'`,
  values: [programId, memberKeys],
});

/** What the clock changes of members, where it changes anything: open lots, and holds of those who have held points. */
async function selectChanging(client: pg.ClientBase, programId: number, accounts: readonly AccountRow[]): Promise<ChangingRows> {
  const keys = accounts.filter((row) => row.wallet === FIRST_WALLET && row.next_change_at !== null).map((row) => row.member_key);
  if (keys.length === 0) return { lots: [], holds: [] };
  const holders = accounts.filter((row) => row.held > 0).map((row) => row.member_key);
  const [lots, holds] = await Promise.all([
    client.query<OpenLotRow>(selectOpenLots(programId, keys)),
    holders.length === 0 ? undefined : client.query<StoredHold>(selectOpenHolds(programId, holders)),
  ]);
  return { lots: lots.rows, holds: holds?.rows ?? [] };
}

const isDue = ({ wallet, next_change_at }: AccountRow, now: Date): boolean =>
  wallet === FIRST_WALLET && next_change_at !== null && next_change_at <= now;

/** Which life the server is in, and of which members the first account is another than it was, by their keys. */
const selectChanged = (programId: number, marks: readonly AccountMark[]): pg.QueryConfig => ({
  name: "select_changed_balances",
  text: `select ${SERVER_LIFE} as life,
                array_to_json(array(
                  select u.member_key from unnest($2::bigint[], $3::xid[]) u (member_key, mark)
                         ${lookUpIfAny("accounts", "a", "member_key = u.member_key and wallet = 1", "xmin")}
                   where a.xmin is distinct from u.mark)) as changed`,
  values: [programId, ...columnsOf(marks)],
});

const columnsOf = (marks: readonly AccountMark[]): [number[], number[]] => [
  marks.map(({ memberKey }) => memberKey),
  marks.map(({ mark }) => mark),
];

/** Whose balances are asked for: those of `memberIds` in any case, those who are known as of marks of a life where they are not so any more. */
export type AskedBalances = { memberIds: readonly string[]; known?: ReadonlyMap<string, AccountMark>; life?: string | undefined };

const NOBODY: ReadonlyMap<string, AccountMark> = new Map();

/** `found` has the members that were asked for and exist, but for those who are still as they are known; `life` is that of its marks. */
export type FoundBalances = { found: Map<string, BalanceRows>; unchanged: ReadonlySet<string>; life: string };

/**
 * Reads balances of one program by the ids of members; and of those whom the clock has changed by `now` since their last command, open lots
 * and holds. One round trip where there are none of them, and where who is known is unchanged.
 */
export async function selectBalances(
  pool: pg.Pool,
  programId: number,
  { memberIds, known = NOBODY, life }: AskedBalances,
  now: Date,
): Promise<FoundBalances> {
  const client = await pool.connect();
  try {
    const [state, rows] = await selectStanding(client, programId, { memberIds, known });
    const changed = new Set(state.changed);
    const [unchanged, anew]: [Set<string>, string[]] = [new Set(), []];
    for (const [id, { memberKey }] of known) {
      if (state.life !== life || changed.has(memberKey)) anew.push(id);
      else unchanged.add(id);
    }
    if (anew.length > 0) rows.push(...(await selectStanding(client, programId, { memberIds: anew }))[1]);
    const due = rows.filter((row) => isDue(row, now)).map(({ asked_id }) => asked_id);
    const found = byAskedId(rows);
    if (due.length > 0) for (const [id, changed] of await selectDueBalances(client, programId, due, now)) found.set(id, changed);
    client.release();
    return { found, unchanged, life: state.life };
  } catch (error) {
    endReading(client);
    throw error;
  }
}

type ServerState = { life: string; changed: number[] };

/** Sent in one turn these are one transaction, without the sending and waking of another for its begin and end (docs/adr/0032-by-the-turn.md). */
async function selectStanding(
  client: pg.ClientBase,
  programId: number,
  { memberIds, known = NOBODY }: AskedBalances,
): Promise<[ServerState, BalanceRow[]]> {
  const [, { rows: states }, balances] = await Promise.all([
    client.query(enterHotPath(client, programId)),
    client.query<ServerState>(selectChanged(programId, [...known.values()])),
    memberIds.length === 0 ? undefined : client.query<BalanceRow>(selectBalanceRows(programId, memberIds)),
  ]);
  const [state] = states;
  assert(state !== undefined, "a server says which life it is in");
  return [state, balances?.rows ?? []];
}

/** In one snapshot: an account must not be paired with lots of another version. */
async function selectDueBalances(
  client: pg.ClientBase,
  programId: number,
  memberIds: readonly string[],
  now: Date,
): Promise<Map<string, BalanceRows>> {
  const [, , { rows }] = await Promise.all([
    client.query(BEGIN_SNAPSHOT),
    client.query(enterHotPath(client, programId)),
    client.query<BalanceRow>(selectBalanceRows(programId, memberIds)),
  ]);
  // A command may have brought some up to date meanwhile.
  const due = new Set(rows.filter((row) => isDue(row, now)).map(({ member_key }) => member_key));
  const { lots, holds } = await selectChanging(
    client,
    programId,
    rows.filter((row) => due.has(row.member_key)),
  );
  await client.query("rollback");
  const [lotsOf, holdsOf] = [Map.groupBy(lots, memberKey), Map.groupBy(holds, memberKey)];
  const found = byAskedId(rows);
  for (const { asked_id, member_key } of rows) {
    const changing = { lots: lotsOf.get(member_key) ?? [], holds: holdsOf.get(member_key) ?? [] };
    if (due.has(member_key)) found.set(asked_id, { accounts: found.get(asked_id)?.accounts ?? [], changing });
  }
  return found;
}

const memberKey = (row: { member_key: number }): number => row.member_key;

const byAskedId = (rows: readonly BalanceRow[]): Map<string, BalanceRows> => {
  const found = new Map<string, BalanceRows>();
  for (const row of rows) {
    const known = found.get(row.asked_id);
    if (known === undefined) found.set(row.asked_id, { accounts: [row] });
    else known.accounts.push(row);
  }
  return found;
};

/**
 * One member's accounts, open lots and holds, in the caller's snapshot.
 * Needs a member that exists.
 */
export async function selectMemberAccounts(
  tx: pg.ClientBase,
  programId: number,
  memberId: string,
): Promise<{ member: MemberAccounts; open: OpenPoints }> {
  const { rows } = await tx.query<AccountRow>(selectAccounts(programId, memberId));
  return { member: toMemberAccounts(rows), open: toOpenPoints(await selectChanging(tx, programId, rows)) };
}
