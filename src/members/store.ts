import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import type { Attributes } from "../rules/decision.ts";
import type { MemberStatus } from "./member.ts";

/** A member with the profile, and the tier that the first wallet's account carries. */
export type MemberRow = {
  member_key: number;
  id: string;
  status: MemberStatus;
  enrolled_at: Date;
  tier: string;
  tier_since: Date;
  display_name: string | null;
  email: string | null;
  phone: string | null;
  birth_date: string | null;
  attributes: Attributes | null;
};

const COLUMNS =
  "m.member_key, m.id, m.status, m.enrolled_at, a.tier, a.tier_since, p.display_name, p.email, p.phone, p.birth_date, p.attributes";

const WITH_PROFILE = `
    join accounts a on a.program_id = m.program_id and a.member_key = m.member_key and a.wallet = 1
    left join profiles p on p.program_id = m.program_id and p.member_key = m.member_key`;

/**
 * Whom an id of `n` stands for, as `m`: the member themselves, who is not looked up again, or the one whom they were merged into. The key of
 * nobody is null, which no index is asked for.
 */
export const STANDS_FOR = `cross join lateral (
             select n.* where n.alias_of is null union all select * from members where program_id = $1 and member_key = n.alias_of offset 0) m`;

/** Of an alias the member that it stands for. Errors: member_not_found. */
export async function findMember(tx: pg.ClientBase, programId: number, memberId: string): Promise<MemberRow> {
  const { rows } = await tx.query<MemberRow>({
    name: "find_member",
    text: `select ${COLUMNS} from members n ${STANDS_FOR} ${WITH_PROFILE} where n.program_id = $1 and n.id = $2`,
    values: [programId, memberId],
  });
  const [member] = rows;
  if (member === undefined) throw new LoyaltyError("member_not_found", { memberId });
  return member;
}

/** A member's id and the internal key that their rows go by. */
export type MemberRef = { id: string; key: number };

/**
 * Whom an id stands for.
 * Errors: member_not_found.
 */
export async function findMemberRef(tx: pg.ClientBase, programId: number, memberId: string): Promise<MemberRef> {
  const { rows } = await tx.query<MemberRef>({
    name: "find_member_ref",
    text: `select m.id, m.member_key as key from members n ${STANDS_FOR} where n.program_id = $1 and n.id = $2`,
    values: [programId, memberId],
  });
  const [member] = rows;
  if (member === undefined) throw new LoyaltyError("member_not_found", { memberId });
  return member;
}

/** The key of `findMemberRef`. Errors: member_not_found. */
export const findMemberKey = async (tx: pg.ClientBase, programId: number, memberId: string): Promise<number> =>
  (await findMemberRef(tx, programId, memberId)).key;

export type MemberFilters = {
  status?: MemberStatus | undefined;
  tier?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
};

const FILTERS: Record<keyof MemberFilters, (parameter: string) => string> = {
  status: (parameter) => `m.status = ${parameter}`,
  tier: (parameter) => `a.tier = ${parameter}`,
  email: (parameter) => `lower(p.email) = lower(${parameter})`,
  phone: (parameter) => `p.phone = ${parameter}`,
};
const FILTER_NAMES = Object.keys(FILTERS) as (keyof MemberFilters)[];

export type MembersPage = {
  filters: MemberFilters /** Members joined before this key are on former pages. */;
  after: number;
  limit: number;
};

/** A page of members in the order in which they joined, and one more where there is more; aliases are none. One prepared statement a set of filters. */
export async function listMembers(tx: pg.ClientBase, programId: number, { filters, after, limit }: MembersPage): Promise<MemberRow[]> {
  const given = FILTER_NAMES.filter((name) => filters[name] !== undefined);
  const conditions = given.map((name, index) => ` and ${FILTERS[name](`$${index + 4}`)}`);
  const { rows } = await tx.query<MemberRow>({
    name: `list_members ${given.join(" ")}`,
    text: `select ${COLUMNS} from members m ${WITH_PROFILE}
            where m.program_id = $1 and m.alias_of is null and m.member_key > $2${conditions.join("")} order by m.member_key limit $3`,
    values: [programId, after, limit + 1, ...given.map((name) => filters[name])],
  });
  return rows;
}
