import { NEVER } from "../ledger/state.ts";
import { WrittenBalance } from "../ledger/written-balance.ts";
import type { BalanceCopy } from "./balance-cache.ts";

/** Raised when the shape of a balance changes, so that a copy of another release is not taken for one of this. */
const FORMAT = "2";
const NONE = "-";

/** Where each commit is told to all processes: `<version> <key>`. */
export const CHANGES_CHANNEL = "bal:changed";

/** `<format> <version> <nextChangeAt or -> <checksum> <balance as JSON>`, or `-` for both: the script that compares versions reads no JSON. */
export function encodeCopy({ version, nextChangeAt, balance }: BalanceCopy): string {
  const change = nextChangeAt === NEVER ? NONE : String(nextChangeAt);
  return `${FORMAT} ${version} ${change} ${balance === null ? NONE : `${balance.checksum} ${balance.text}`}`;
}

const COPY = new RegExp(`^${FORMAT} (\\d+) (\\d+|${NONE}) (?:${NONE}$|([0-9a-z]+) )`);

/** Undefined for what is not a copy of this format. Throws for what is damaged: it must not be answered. */
export function decodeCopy(text: string): BalanceCopy | undefined {
  const [head, version, change, checksum] = COPY.exec(text) ?? [];
  if (head === undefined) return undefined;
  const copy = { version: Number(version), nextChangeAt: change === NONE ? NEVER : Number(change) };
  const balance = checksum === undefined ? null : WrittenBalance.read(copy.version, text.slice(head.length), checksum);
  return { ...copy, balance };
}
