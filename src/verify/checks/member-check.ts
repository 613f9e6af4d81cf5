import { MEMBER_ACCOUNTS } from "../../ledger/accounts.ts";

/**
 * A statement that must find nothing, over the members of one range of internal keys.
 * Parameters: $1 the program, $2 and $3 the first and the last key.
 * Answers:    rows (member_key, wallet, subject, expected, actual), one a difference.
 */
export type MemberCheck = { name: string; sql: string };

const { available, pending, held } = MEMBER_ACCOUNTS;
/** The accounts whose points are in lots. */
export const IN_LOTS = `(${available}, ${pending}, ${held})`;

/** The rows of a table that belong to the program and the range of members. */
export const inRange = (table: string): string => `${table}.program_id = $1 and ${table}.member_key between $2 and $3`;

/**
 * Columns of the rows of a table that count for the members of the range: their own, and those that stayed with the key of an alias
 * that stands for them (docs/adr/0013-merged-members.md). `member_key` is that of who they count for.
 */
export const countedFor = (table: string, columns: string): string => `(
  select ${table}.member_key, ${columns} from ${table}
   where ${inRange(table)} and not exists (
     select from members merged where merged.program_id = $1 and merged.member_key = ${table}.member_key and merged.alias_of is not null)
  union all
  select merged.alias_of, ${columns} from members merged
    join ${table} on ${table}.program_id = $1 and ${table}.member_key = merged.member_key
   where merged.program_id = $1 and merged.alias_of between $2 and $3)`;
