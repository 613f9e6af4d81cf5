import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { Clock } from "../core/clock.ts";
import { createIssuerKeys } from "./issuer-keys.ts";
import { createPeople, type People } from "./people.ts";

/** Undefined where no issuer is set: tokens are then refused like unknown keys. */
export function openPeople(config: Config, clock: Clock, log: Pick<Logger, "warn">): People | undefined {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
  if (issuer === undefined || audience === undefined) return undefined;
  const warn = (err: unknown) => log.warn({ err }, "the keys of the issuer of people's tokens cannot be had");
  const keys = createIssuerKeys({ issuer, fetch, now: () => clock().getTime(), warn });
  return createPeople({ issuer, audience, claims: { scopes: config.OIDC_SCOPES_CLAIM, programs: config.OIDC_PROGRAM_CLAIM }, keys, clock });
}
