import { keepWritten, writtenOnce } from "../core/written.ts";
import type { Balance } from "../ledger/balance.ts";
import { NEVER } from "../ledger/state.ts";
import type { BalanceCopy } from "./balance-cache.ts";

/** Raised when the shape of a balance changes, so that a copy of another release is not taken for one of this. */
const FORMAT = "1";
const NONE = "-";

/** Where each commit is told to all processes: `<version> <key>`. */
export const CHANGES_CHANNEL = "bal:changed";

/** `<format> <version> <nextChangeAt or -> <balance as JSON or ->`: the script that compares versions reads no JSON. */
export function encodeCopy({ version, nextChangeAt, balance }: BalanceCopy): string {
  const change = nextChangeAt === NEVER ? NONE : String(nextChangeAt);
  return `${FORMAT} ${version} ${change} ${balance === null ? NONE : writtenOnce(balance)}`;
}

const COPY = new RegExp(`^${FORMAT} (\\d+) (\\d+|${NONE}) (${NONE}$|\\{)`);

/** Undefined for what is not a copy of this format. Throws SyntaxError for broken JSON. */
export function decodeCopy(text: string): BalanceCopy | undefined {
  const [head, version, change, start] = COPY.exec(text) ?? [];
  if (head === undefined) return undefined;
  return {
    version: Number(version),
    nextChangeAt: change === NONE ? NEVER : Number(change),
    balance: start === NONE ? null : readBalance(text.slice(head.length - 1)),
  };
}

/** What cannot be read must not be answered, so it is parsed, though it is answered as it was written. */
function readBalance(text: string): Balance {
  const balance = JSON.parse(text) as Balance;
  keepWritten(balance, text);
  return balance;
}
