import type pg from "pg";
import type { Profile } from "../../members/member.ts";
import type { MemberState } from "../../members/member-state.ts";
import type { Attributes } from "../../rules/decision.ts";
import { keysOf } from "./keys.ts";

export type MemberRow = {
  member_key: number;
  id: string;
  status: MemberState["status"];
  enrolled_at: Date | null;
  enrol_hash: string | null;
};

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
  text: "select member_key, id, status, enrolled_at, enrol_hash from members where program_id = $1 and id = any($2::text[])",
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
