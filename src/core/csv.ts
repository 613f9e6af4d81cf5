/** A spreadsheet takes a cell that starts with one of these for a formula. */
const FORMULA_START = /^[=+\-@\t\r]/;

/**
 * One cell of a CSV file (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers
 * and all other text stay as they are.
 */
function cell(value: string | number): string {
  const text = typeof value === "string" && FORMULA_START.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvRow = (values: readonly (string | number)[]): string => values.map(cell).join(",");
