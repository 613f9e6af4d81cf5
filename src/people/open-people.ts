import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { Clock } from "../core/clock.ts";
import type { People } from "./people.ts";

/** Undefined where no issuer is set: tokens are then refused like unknown keys, and what reads them is not loaded. */
export async function openPeople(config: Config, clock: Clock, log: Pick<Logger, "warn">): Promise<People | undefined> {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
  if (issuer === undefined || audience === undefined) return undefined;
  const [{ createIssuerKeys }, { createPeople }] = await Promise.all([import("./issuer-keys.ts"), import("./people.ts")]);
  const warn = (err: unknown) => log.warn({ err }, "the keys of the issuer of people's tokens cannot be had");
  const keys = createIssuerKeys({ issuer, fetch, now: () => clock().getTime(), warn });
  return createPeople({ issuer, audience, claims: { scopes: config.OIDC_SCOPES_CLAIM, programs: config.OIDC_PROGRAM_CLAIM }, keys, clock });
}
