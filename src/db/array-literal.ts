import { prepareValue } from "pg/lib/utils.js";

const quoted = (text: string): string =>
  `"${text.includes('"') || text.includes("\\") ? text.replaceAll("\\", "\\\\").replaceAll('"', '\\"') : text}"`;

function element(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return String(value);
  if (value === null || value === undefined) return "NULL";
  if (Array.isArray(value)) return arrayLiteral(value);
  const written = prepareValue(value);
  return quoted(Buffer.isBuffer(written) ? `\\x${written.toString("hex")}` : String(written));
}

/** An array as Postgres reads one from text. As the driver writes it, without two regular expressions for each of its elements. */
export const arrayLiteral = (values: readonly unknown[]): string => `{${values.map(element).join(",")}}`;

/** A value of a parameter as it is sent: text, bytes or null. */
export const writeParameter = (value: unknown): unknown => (Array.isArray(value) ? arrayLiteral(value) : prepareValue(value));
