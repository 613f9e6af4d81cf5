/**
 * How statements of the hot paths find rows. A lateral look-up behind `offset 0` is done row by row, by index, in the
 * order written: the planner cannot turn it into a scan of the whole program (docs/adr/0004-fixed-plans.md). $1 is the program. A condition
 * says `case` and not `coalesce`, which under row-level security is no condition of an index: it might tell something of hidden rows.
 */

/** Keys of the members whose ids are parameter `n`, as an array. */
export const keysOf = (parameter: string): string =>
  `array(select k.member_key from members k where k.program_id = $1 and k.id = any(${parameter}::text[]))`;

const rowsOf = (table: string, condition: string, columns: string): string =>
  `lateral (select ${columns} from ${table} where program_id = $1 and ${condition} offset 0)`;

/** The rows of `table` for each row before it, as `alias`. */
export const lookUp = (table: string, alias: string, condition: string, columns = "*"): string =>
  `cross join ${rowsOf(table, condition, columns)} ${alias}`;

/** The same, with nulls where there is none. */
export const lookUpIfAny = (table: string, alias: string, condition: string, columns = "*"): string =>
  `left join ${rowsOf(table, condition, columns)} ${alias} on true`;

/** The member of `u.<column>`, as `m`. */
export const lookUpMember = (column: string): string => lookUp("members", "m", `id = u.${column}`);

/** The first account of `m`, as `a`. */
export const lookUpFirstAccount = lookUp("accounts", "a", "member_key = m.member_key and wallet = 1");
