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
