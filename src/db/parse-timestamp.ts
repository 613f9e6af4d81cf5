import pg from "pg";

export const TIMESTAMPTZ = 1184;
const parseAny = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date | number;

const SPACE = 32;
const PLUS = 43;
const ZERO = 48;
/** `2026-11-29 06:31:07+00`, and a point with up to six digits. */
const SECONDS_END = 19;
const ZONE_LENGTH = 3;
const LENGTH_MAX = SECONDS_END + ".123456".length + ZONE_LENGTH;

const digit = (text: string, at: number): number => text.charCodeAt(at) - ZERO;
const twoDigits = (text: string, at: number): number => 10 * digit(text, at) + digit(text, at + 1);

function isInUtc(text: string): boolean {
  const zone = text.length - ZONE_LENGTH;
  return (
    text.length <= LENGTH_MAX &&
    zone >= SECONDS_END &&
    text.charCodeAt(SECONDS_END - "06:31:07 ".length) === SPACE &&
    text.charCodeAt(zone) === PLUS &&
    text.charCodeAt(zone + 1) === ZERO &&
    text.charCodeAt(zone + 2) === ZERO
  );
}

/** Of a fraction whose digits begin at 20 and end before `end`: whole milliseconds, what is smaller left out. */
const milliseconds = (text: string, end: number): number =>
  [100, 10, 1].reduce((sum, worth, n) => (SECONDS_END + 1 + n < end ? sum + worth * digit(text, SECONDS_END + 1 + n) : sum), 0);

/**
 * A timestamp as Postgres writes it, as the driver reads it, in a quarter of the time where the server speaks UTC: a balance of many
 * lots is mostly dates. Every other form, as `infinity`, another offset or a year of five digits, is left to the driver.
 */
export function parseTimestamp(text: string): Date | number {
  if (!isInUtc(text)) return parseAny(text);
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  if (year < 100) return parseAny(text); // Date.UTC takes these for years of the twentieth century
  const date = [twoDigits(text, 5) - 1, twoDigits(text, 8)] as const;
  const time = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17), milliseconds(text, text.length - ZONE_LENGTH)] as const;
  return new Date(Date.UTC(year, ...date, ...time));
}
