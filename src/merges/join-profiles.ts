import type { Profile } from "../members/member.ts";
import type { Attributes } from "../rules/decision.ts";

const FIELDS = ["displayName", "email", "phone", "birthDate"] as const;

/** What `source` says and `target` does not; attributes name by name. */
export function missingOf(target: Profile, source: Profile): Profile {
  const missing: Profile = {};
  for (const field of FIELDS) if (target[field] === undefined && source[field] !== undefined) missing[field] = source[field];
  const attributes = Object.entries(source.attributes ?? {}).filter(([name]) => !Object.hasOwn(target.attributes ?? {}, name));
  return attributes.length === 0 ? missing : { ...missing, attributes: Object.fromEntries(attributes) };
}

export const filledWith = (target: Profile, missing: Profile): Profile => ({
  ...target,
  ...missing,
  attributes: { ...target.attributes, ...missing.attributes },
});

/** Takes out again what was filled in, where nobody has changed it since. */
export function withoutFilled(profile: Profile, filled: Profile): Profile {
  const left: Profile = { ...profile };
  for (const field of FIELDS) if (filled[field] !== undefined && left[field] === filled[field]) delete left[field];
  const isKept = ([name, value]: [string, Attributes[string]]) => JSON.stringify(filled.attributes?.[name]) !== JSON.stringify(value);
  return { ...left, attributes: Object.fromEntries(Object.entries(profile.attributes ?? {}).filter(isKept)) };
}
