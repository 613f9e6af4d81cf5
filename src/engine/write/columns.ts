import { type Instant, NEVER } from "../../ledger/state.ts";

const TEXTS_MAX = 10_000;
const texts = new Map<Instant, string>();

/** Most instants of a batch stand in several columns: each is written out once. */
function isoText(instant: Instant): string {
  const known = texts.get(instant);
  if (known !== undefined) return known;
  if (texts.size >= TEXTS_MAX) texts.clear();
  const text = new Date(instant).toISOString();
  texts.set(instant, text);
  return text;
}

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
