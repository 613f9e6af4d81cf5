import { type ErrorDetails, refuseField } from "../core/errors.ts";
import { AddressList, type AddressRange, readRange } from "./addresses.ts";
import type { Scope } from "./scopes.ts";

/** What bounds a key beside its scopes; null is no bound. */
export type KeyTerms = {
  expiresAt: Date | null;
  /** In CIDR notation. */
  allowedIps: string[] | null;
  /** Requests a minute. */
  rateLimit: number | null;
  /** Requests at a time. */
  concurrency: number | null;
  /** Points that it may give by hand on one local day. */
  pointsPerDay: number | null;
};

/** Of the root key, and of a key that is asked for without any. */
export const NO_TERMS: KeyTerms = { expiresAt: null, allowedIps: null, rateLimit: null, concurrency: null, pointsPerDay: null };

/** The bounds that are numbers, each with what it is. */
const AMOUNTS = {
  rateLimit: "requests a minute",
  concurrency: "requests at a time",
  pointsPerDay: "points a day",
} as const satisfies Partial<Record<keyof KeyTerms, string>>;
const AMOUNT_NAMES = Object.keys(AMOUNTS) as (keyof typeof AMOUNTS)[];

/** Scopes that give points by hand. */
const GIVING: ReadonlySet<Scope> = new Set(["points:write", "admin"]);

/** What somebody may do: the scopes of a key and their bounds. */
export type KeyPowers = { scopes: ReadonlySet<Scope>; terms: KeyTerms };

/** Of ranges that were checked when they were given. */
export const rangesOf = (texts: readonly string[]): AddressRange[] => texts.flatMap((text) => readRange(text) ?? []);

/**
 * A key gives no other key more than it has itself, or it could free itself of its bounds.
 * Errors: beyond_own_key, at the field that goes beyond.
 */
export function requireWithin(own: KeyPowers, given: KeyPowers): void {
  const refuse = (pointer: string, detail: string, details: ErrorDetails = {}) => refuseField("beyond_own_key", pointer, detail, details);
  const { expiresAt, allowedIps } = own.terms;
  for (const scope of given.scopes) {
    if (!own.scopes.has(scope) && !own.scopes.has("admin")) throw refuse("/scopes", `your key has no scope ${scope}`, { scope });
  }
  if (expiresAt !== null && (given.terms.expiresAt === null || given.terms.expiresAt > expiresAt)) {
    throw refuse("/expiresAt", "lies after the end of your key", { atMost: expiresAt.toISOString() });
  }
  if (allowedIps !== null) {
    const mine = new AddressList(rangesOf(allowedIps));
    if (given.terms.allowedIps === null || !rangesOf(given.terms.allowedIps).every((range) => mine.covers(range))) {
      throw refuse("/allowedIps", "holds addresses that your key may not be used from");
    }
  }
  for (const name of AMOUNT_NAMES) {
    const [mine, theirs] = [own.terms[name], given.terms[name]];
    if (mine !== null && (theirs === null || theirs > mine))
      throw refuse(`/${name}`, `your key has ${mine} ${AMOUNTS[name]}`, { atMost: mine });
  }
}

/**
 * Many keys of so many points each would be no limit: who has one lends the giving of points to no other key.
 * Errors: beyond_own_key, at /scopes.
 */
export function requireLendsNoPoints({ terms }: KeyPowers, scopes: readonly Scope[]): void {
  const giving = scopes.find((scope) => GIVING.has(scope));
  if (terms.pointsPerDay === null || giving === undefined) return;
  throw refuseField("beyond_own_key", "/scopes", `your key has pointsPerDay: it gives no other key the scope ${giving}`, { scope: giving });
}
