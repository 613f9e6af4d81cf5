import { LoyaltyError } from "../core/errors.ts";

/** The entity tag of a version. */
export const etagOf = (version: number): string => `"${version}"`;

const tagsIn = (header: string): string[] => header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));

/** Whether an If-None-Match names this entity tag. */
export function namesTag(header: string | undefined, tag: string): boolean {
  return header !== undefined && (header === "*" || tagsIn(header).includes(tag));
}

/**
 * The version that an If-Match demands; undefined without the header and for `*`.
 * Errors: etag_mismatch for a tag that no version has.
 */
export function versionDemanded(header: string | undefined): number | undefined {
  if (header === undefined || header === "*") return undefined;
  const [, version] = /^"(\d{1,9})"$/.exec(header) ?? [];
  if (version === undefined) throw new LoyaltyError("etag_mismatch");
  return Number(version);
}
