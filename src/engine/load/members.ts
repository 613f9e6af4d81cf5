import type pg from "pg";
import type { MemberState } from "../../members/member-state.ts";
import type { Profile } from "../../members/member.ts";
import type { Attributes } from "../../rules/decision.ts";

export type MemberRow = { member_key: number; status: MemberState["status"]; enrolled_at: Date | null; enrol_hash: string | null };

export type ProfileRow = {
  member_key: number;
  display_name: string | null;
  email: string | null;
  phone: string | null;
  birth_date: string | null;
  attributes: Attributes;
};

/** Read after the lock, so that a change of status that the lock has waited for is seen. */
export const selectMembers = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_members",
  text: "select member_key, status, enrolled_at, enrol_hash from members where program_id = $1 and id = any($2::text[])",
  values: [programId, memberIds],
});

export const selectProfiles = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_profiles",
  text: `select p.member_key, p.display_name, p.email, p.phone, p.birth_date, p.attributes
           from members m join profiles p on p.program_id = m.program_id and p.member_key = m.member_key
          where m.program_id = $1 and m.id = any($2::text[])`,
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
