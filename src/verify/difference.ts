/** One thing that the database says in two places, and not the same. Numbers are in decimal digits, so that none is rounded. */
export type Difference = {
  check: string;
  /** The caller's id; `#` and the internal key where rows belong to nobody. */
  member?: string | undefined;
  wallet?: string | undefined;
  /** What of it: a column, a lot, an entry, an order, a day. */
  subject?: string | undefined;
  /** What follows from the rows that prove it, such as the entries. */
  expected: string;
  /** What is stored. */
  actual: string;
};

/** How much was looked at. */
export type VerifiedCounts = { members: number; entries: number; lots: number; orders: number; events: number };

/** How far the hash chain goes. `unsealed` entries are committed and wait for the next block. */
export type VerifiedChain = { blocks: number; entries: number; unsealed: number };

/** `chain` is there where it was asked for. */
export type Verification = VerifiedCounts & { chain?: VerifiedChain | undefined; differenceCount: number; milliseconds: number };
