import { PERSON_PREFIX } from "../keys/schemas.ts";
import { SCOPES, type Scope } from "../keys/scopes.ts";

/** Somebody of operations, as the token of their identity provider says. */
export type Person = {
  /** `sub` of the token: what the provider calls them for good. */
  subject: string;
  scopes: ReadonlySet<Scope>;
  /** Ids of the programs that they may reach. */
  programs: readonly string[];
};

/** Names of the claims that say what somebody may do, and where. */
export type PersonClaims = { scopes: string; programs: string };

/** Actors are kept in 128 characters, with the prefix of `actorOf`. */
const SUBJECT = /^[\x21-\x7e]{1,120}$/;

/** Who a person is in the ledger and the audit trail. No key is called so. */
export const actorOf = ({ subject }: Person): string => `${PERSON_PREFIX}${subject}`;

/** A list, or words with spaces between them as OAuth writes scopes. */
function wordsOf(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ").filter(Boolean);
  return Array.isArray(claim) ? claim.filter((word) => typeof word === "string") : [];
}

/** Undefined where the claims name nobody who can be written down. Scopes that the service does not know open nothing. */
export function personOf(claims: Readonly<Record<string, unknown>>, names: PersonClaims): Person | undefined {
  const { sub } = claims;
  if (typeof sub !== "string" || !SUBJECT.test(sub)) return undefined;
  const words = new Set(wordsOf(claims[names.scopes]));
  return { subject: sub, scopes: new Set(SCOPES.filter((scope) => words.has(scope))), programs: wordsOf(claims[names.programs]) };
}
