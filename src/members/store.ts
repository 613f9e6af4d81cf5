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

const SELECT_MEMBERS = `
  select m.member_key, m.id, m.status, m.enrolled_at, a.tier, a.tier_since, p.display_name, p.email, p.phone, p.birth_date, p.attributes
    from members m
    join accounts a on a.program_id = m.program_id and a.member_key = m.member_key and a.wallet = 1
    left join profiles p on p.program_id = m.program_id and p.member_key = m.member_key
   where m.program_id = $1`;

/** Errors: member_not_found. */
export async function findMember(tx: pg.ClientBase, programId: number, memberId: string): Promise<MemberRow> {
  const { rows } = await tx.query<MemberRow>({
    name: "find_member",
    text: `${SELECT_MEMBERS} and m.id = $2`,
    values: [programId, memberId],
  });
  const [member] = rows;
  if (member === undefined) throw new LoyaltyError("member_not_found", { memberId });
  return member;
}

/**
 * The internal key that a member's rows go by.
 * Errors: member_not_found.
 */
export async function findMemberKey(tx: pg.ClientBase, programId: number, memberId: string): Promise<number> {
  const { rows } = await tx.query<{ member_key: number }>({
    name: "find_member_key",
    text: "select member_key from members where program_id = $1 and id = $2",
    values: [programId, memberId],
  });
  const [member] = rows;
  if (member === undefined) throw new LoyaltyError("member_not_found", { memberId });
  return member.member_key;
}

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

/** A page of members in the order in which they joined, and one more where there is more. One prepared statement a set of filters. */
export async function listMembers(tx: pg.ClientBase, programId: number, { filters, after, limit }: MembersPage): Promise<MemberRow[]> {
  const given = FILTER_NAMES.filter((name) => filters[name] !== undefined);
  const conditions = given.map((name, index) => ` and ${FILTERS[name](`$${index + 4}`)}`);
  const { rows } = await tx.query<MemberRow>({
    name: `list_members ${given.join(" ")}`,
    text: `${SELECT_MEMBERS} and m.member_key > $2${conditions.join("")} order by m.member_key limit $3`,
    values: [programId, after, limit + 1, ...given.map((name) => filters[name])],
  });
  return rows;
}
