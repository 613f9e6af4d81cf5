import type pg from "pg";
import { keysOf } from "../../db/look-ups.ts";
import type { Profile } from "../../members/member.ts";
import type { Alias, MemberState } from "../../members/member-state.ts";
import type { Attributes } from "../../rules/decision.ts";

export type MemberRow = {
  member_key: number;
  id: string;
  status: MemberState["status"];
  enrolled_at: Date | null;
  enrol_hash: string | null;
  alias_key: number | null;
  alias_id: string | null;
};

export type ProfileRow = {
  member_key: number;
  display_name: string | null;
  email: string | null;
  phone: string | null;
  birth_date: string | null;
  attributes: Attributes;
};

/** Read after the lock, so that a change of status, or a merge, that the lock has waited for is seen. */
export const selectMembers = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_members",
  text: `select m.member_key, m.id, m.status, m.enrolled_at, m.enrol_hash, m.alias_of as alias_key,
                case when m.alias_of is not null
                     then (select t.id from members t where t.program_id = $1 and t.member_key = m.alias_of) end as alias_id
           from members m where m.program_id = $1 and m.id = any($2::text[])`,
  values: [programId, memberIds],
});

export const selectProfiles = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_profiles",
  text: `select member_key, display_name, email, phone, birth_date, attributes from profiles
          where program_id = $1 and member_key = any(${keysOf("$2")})`,
  values: [programId, memberIds],
});

export function toProfile(row: ProfileRow): Profile {
  return {
    ...(row.display_name !== null && { displayName: row.display_name }),
    ...(row.email !== null && { email: row.email }),
    ...(row.phone !== null && { phone: row.phone }),
    ...(row.birth_date !== null && { birthDate: row.birth_date }),
    attributes: row.attributes,
  };
}

/** The member that the row's id stands for; null of a member of their own. */
export const toAlias = ({ alias_key: key, alias_id: id }: MemberRow): Alias | null => (key === null || id === null ? null : { key, id });
