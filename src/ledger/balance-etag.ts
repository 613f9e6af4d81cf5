import { crc32 } from "node:zlib";
import { writtenOnce } from "../core/written.ts";
import type { Balance } from "./balance.ts";

const tags = new WeakMap<Balance, string>();

/**
 * The entity tag of a balance: its version, and a checksum of all but the instant for which it holds. Points that become usable or expire
 * change it without a new version; time alone does not.
 */
export function etagOfBalance(balance: Balance): string {
  const kept = tags.get(balance);
  if (kept !== undefined) return kept;
  const text = writtenOnce(balance);
  // `asOf` comes last, wherever a balance is made.
  const tag = `"${balance.version}-${crc32(text.slice(0, text.lastIndexOf(',"asOf":'))).toString(36)}"`;
  tags.set(balance, tag);
  return tag;
}
