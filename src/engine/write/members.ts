import type pg from "pg";
import { dayToDate } from "../../core/period.ts";
import { WALLET_COLUMNS } from "../../ledger/rows.ts";
import { emptyWallet } from "../../ledger/state.ts";
import type { MemberState } from "../../members/member-state.ts";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp, timestampOrNull } from "./columns.ts";

const WALLET_PARAMETERS =
  "$4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]";
const assignments = (from: string) => WALLET_COLUMNS.map((column) => `${column} = ${from}.${column}`).join(", ");

/** Members, profiles and accounts of a batch, one statement a table. */
export function* memberStatements(batch: DecidedBatch): Iterable<pg.QueryConfig> {
  const { programId, ruleSet } = batch;
  const states = [...batch.touched.values()].map(({ state }) => state);
  if (states.length === 0) return;
  const members = [...batch.touched.values()].filter(({ isMemberChanged }) => isMemberChanged).map(({ state }) => state);
  if (members.length > 0) yield updateMembers(programId, members);
  yield {
    name: "update_first_accounts",
    text: `update accounts a set ${assignments("u")}, entry_seq = u.entry_seq, version = u.version, tier = u.tier, tier_since = u.tier_since,
                  windows_day = u.windows_day, windows = u.windows, windows_rule_set = $3, next_change_at = u.next_change_at
             from unnest($2::bigint[], ${WALLET_PARAMETERS}, $12::bigint[], $13::bigint[], $14::text[], $15::timestamptz[],
                         $16::date[], $17::json[], $18::timestamptz[])
                  u (member_key, ${WALLET_COLUMNS.join(", ")}, entry_seq, version, tier, tier_since, windows_day, windows, next_change_at)
            where a.program_id = $1 and a.member_key = u.member_key and a.member_key = any($2::bigint[]) and a.wallet = 1`,
    values: [
      programId,
      states.map(({ key }) => key),
      ruleSet,
      ...walletColumns(states.map(({ wallets }) => wallets.get(1) ?? emptyWallet())),
      ...columnsOf(
        states,
        ({ entrySeq }) => entrySeq,
        ({ version }) => version,
        ({ tier }) => tier,
        ({ tierSince }) => timestamp(tierSince),
        ({ windows }) => (windows === null ? null : dayToDate(windows.day)),
        ({ windows }) => (windows === null ? null : JSON.stringify(windows.sums)),
        ({ nextChangeAt }) => timestampOrNull(nextChangeAt),
      ),
    ],
  };
  const others = states.flatMap(({ key, wallets }) =>
    [...wallets].filter(([wallet]) => wallet !== 1).map(([wallet, state]) => ({ key, wallet, state })),
  );
  if (others.length > 0) {
    yield {
      name: "upsert_other_accounts",
      text: `insert into accounts as a (program_id, member_key, wallet, ${WALLET_COLUMNS.join(", ")})
             select $1, * from unnest($2::bigint[], $3::smallint[], ${WALLET_PARAMETERS})
             on conflict (program_id, member_key, wallet) do update set ${assignments("excluded")}`,
      values: [
        programId,
        others.map(({ key }) => key),
        others.map(({ wallet }) => wallet),
        ...walletColumns(others.map(({ state }) => state)),
      ],
    };
  }
  yield* profileStatements(batch);
}

const updateMembers = (programId: number, states: readonly MemberState[]): pg.QueryConfig => ({
  name: "update_members",
  text: `update members m set status = u.status, enrolled_at = u.enrolled_at, enrol_hash = u.enrol_hash, alias_of = u.alias_of
           from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::uuid[], $6::bigint[]) u (member_key, status, enrolled_at, enrol_hash, alias_of)
          where m.program_id = $1 and m.member_key = u.member_key and m.member_key = any($2::bigint[])`,
  values: [
    programId,
    ...columnsOf(
      states,
      ({ key }) => key,
      ({ status }) => status,
      ({ enrolledAt }) => timestamp(enrolledAt),
      ({ enrolHash }) => enrolHash,
      ({ aliasOf }) => aliasOf?.key ?? null,
    ),
  ],
});

const walletColumns = (wallets: readonly ReturnType<typeof emptyWallet>[]): unknown[][] =>
  columnsOf(
    wallets,
    ({ available }) => available,
    ({ pending }) => pending,
    ({ held }) => held,
    ({ debt }) => debt,
    ({ accruedTotal }) => accruedTotal,
    ({ clawedBackTotal }) => clawedBackTotal,
    ({ redeemedTotal }) => redeemedTotal,
    ({ expiredTotal }) => expiredTotal,
  );

function* profileStatements({ programId, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const changed = [...touched.values()]
    .filter(({ isProfileChanged }) => isProfileChanged)
    .map(({ state: { key, profile } }) => ({ key, profile }));
  if (changed.length === 0) return;
  yield {
    name: "upsert_profiles",
    text: `insert into profiles (program_id, member_key, display_name, email, phone, birth_date, attributes)
           select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::date[], $7::json[])
           on conflict (program_id, member_key) do update set display_name = excluded.display_name, email = excluded.email,
             phone = excluded.phone, birth_date = excluded.birth_date, attributes = excluded.attributes`,
    values: [
      programId,
      ...columnsOf(
        changed,
        ({ key }) => key,
        ({ profile }) => profile?.displayName ?? null,
        ({ profile }) => profile?.email ?? null,
        ({ profile }) => profile?.phone ?? null,
        ({ profile }) => profile?.birthDate ?? null,
        ({ profile }) => JSON.stringify(profile?.attributes ?? {}),
      ),
    ],
  };
}
