import { type Instant, NEVER } from "../../ledger/state.ts";

/** Instants as parameters: RFC 3339 in UTC, `infinity` for never. */
export const timestamp = (instant: Instant): string => (instant === NEVER ? "infinity" : new Date(instant).toISOString());
export const timestampOrNull = (instant: Instant | null): string | null =>
  instant === null || instant === NEVER ? null : new Date(instant).toISOString();

/** Turns rows into one array a column, as `unnest` takes them. */
export function columnsOf<Row>(rows: readonly Row[], ...columns: ((row: Row) => unknown)[]): unknown[][] {
  return columns.map((column) => rows.map(column));
}
