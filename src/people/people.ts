import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Clock } from "../core/clock.ts";
import { type Person, type PersonClaims, personOf } from "./person.ts";

/** Signatures that whoever can check them cannot make. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
/** So far the clocks of the issuer and of the service may be apart. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** Reads the tokens of people. */
export interface People {
  /** Undefined for every token that is not good, whatever is wrong with it. Errors: issuer_unavailable. */
  find(token: string): Promise<Person | undefined>;
}

export type PeopleOptions = { issuer: string; audience: string; claims: PersonClaims; keys: JWTVerifyGetKey; clock: Clock };

export function createPeople({ issuer, audience, claims, keys, clock }: PeopleOptions): People {
  return {
    async find(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: clock(),
          requiredClaims: ["sub", "exp"],
        });
        return personOf(payload, claims);
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
