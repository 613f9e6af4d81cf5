import { hash } from "node:crypto";

const QUOTED_MAX = 1_000;
const quotedNames = new Map<string, string>();

/** Nearly all names are those of the API: each is written once. */
function quotedName(name: string): string {
  const known = quotedNames.get(name);
  if (known !== undefined) return known;
  const quoted = JSON.stringify(name);
  if (quotedNames.size < QUOTED_MAX) quotedNames.set(name, quoted);
  return quoted;
}

/** JSON with sorted keys and without undefined members, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${canonicalJson(item)}`;
    return `[${text}]`;
  }
  const members = value as Record<string, unknown>;
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member !== undefined) text += `${text === "" ? "" : ","}${quotedName(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** The first 128 bits of SHA-256 over the canonical JSON, written like a UUID so that a `uuid` column holds it in 16 bytes. */
export function canonicalHash(value: unknown): string {
  const hex = hash("sha256", canonicalJson(value), "hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
