/**
 * Where in the table a row is (its ctid), found row by row by index: what an update of many rows joins on, so that no
 * plan can turn it into a scan of the whole program. The member's lock keeps the row in its place until the update. Of a table that could
 * be spread over several databases the update says the member beside it: a place is one in a database.
 */
export const lookUpPlace = (table: string, condition: string): string =>
  `cross join lateral (select ctid as place from ${table} where program_id = $1 and ${condition} offset 0) place`;
