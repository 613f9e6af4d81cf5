import { type LoyaltyError, refuseField } from "../core/errors.ts";
import type { ProgramDefinition } from "./definition.ts";
import type { ScheduledVersion } from "./timeline.ts";

/** What amounts are counted in, and which local day an order belongs to, is written into every row: neither may change. */
const FIXED = ["currency", "timeZone"] as const;

const walletDropped = (before: ProgramDefinition, after: ProgramDefinition): string | undefined =>
  before.wallets.find(({ id }) => after.wallets.every((wallet) => wallet.id !== id))?.id;

/** Errors: program_invalid where a definition takes away what members may hold, or changes what is fixed by the version before it. */
export function refuseUnlessFollows(before: ProgramDefinition, definition: ProgramDefinition): void {
  for (const field of FIXED) {
    if (before[field] !== definition[field]) throw refuseField("program_invalid", `/${field}`, `It is ${before[field]} for good`);
  }
  const dropped = walletDropped(before, definition);
  if (dropped !== undefined) throw refuseField("program_invalid", "/wallets", `The wallet "${dropped}" cannot be dropped`);
}

/**
 * The same seen from a version that is scheduled already and would follow this one.
 * Errors: program_invalid that names the scheduled version.
 */
export function refuseUnlessLeadsTo(
  { version, effectiveAt, definition: after }: ScheduledVersion & { definition: ProgramDefinition },
  definition: ProgramDefinition,
): void {
  const at = effectiveAt.toISOString();
  const refuse = (pointer: string, why: string): LoyaltyError =>
    refuseField("program_invalid", pointer, `Version ${version} is scheduled for ${at} and ${why}: cancel it first, and schedule it anew`);
  for (const field of FIXED) if (after[field] !== definition[field]) throw refuse(`/${field}`, `has ${after[field]}`);
  const dropped = walletDropped(definition, after);
  if (dropped !== undefined) throw refuse("/wallets", `has no wallet "${dropped}"`);
}
