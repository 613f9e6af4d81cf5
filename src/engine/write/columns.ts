import { isoText } from "../../core/iso-text.ts";
import { type Instant, NEVER } from "../../ledger/state.ts";

/** Instants as parameters: RFC 3339 in UTC, `infinity` for never. */
export const timestamp = (instant: Instant): string => (instant === NEVER ? "infinity" : isoText(instant));
export const timestampOrNull = (instant: Instant | null): string | null =>
  instant === null || instant === NEVER ? null : isoText(instant);

/** Turns rows into one array a column, as `unnest` takes them. */
export function columnsOf<Row>(rows: readonly Row[], ...columns: ((row: Row) => unknown)[]): unknown[][] {
  return columns.map((column) => rows.map(column));
}

/**
 * One column of JSON values as a single JSON array, for `json_array_elements`: as an array of texts each quote in them
 * would be escaped here, sent, and taken off again there.
 */
export function jsonColumn<Row>(rows: readonly Row[], column: (row: Row) => unknown): string {
  return `[${rows.map((row) => JSON.stringify(column(row))).join(",")}]`;
}

/** Lots as an array literal: an array of arrays of different lengths is none that Postgres takes. */
export const lotsLiteral = (lots: readonly number[]): string => `{${lots.join(",")}}`;
