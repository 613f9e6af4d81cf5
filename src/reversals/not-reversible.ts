import { LoyaltyError } from "../core/errors.ts";
import type { EntryKind, SourceKind } from "../ledger/accounts.ts";
import type { BookedEntry } from "../ledger/state.ts";

/** What undoes a movement that is part of something larger: the operation of the API, or that it cannot be undone by itself. */
const UNDONE_BY: Partial<Record<SourceKind, string>> = {
  order: "returnLines",
  complete: "returnLines",
  redemption: "cancelRedemption",
  transfer: "transferPoints",
  pool: "leavePool",
};

/** Movements that can be undone by hand, by what caused them. */
const REVERSIBLE: Partial<Record<EntryKind, readonly SourceKind[]>> = {
  redemption: ["tier_upgrade"],
  capture: ["hold"],
  accrual: ["event"],
  opening: ["opening"],
  adjustment: ["adjustment"],
};

/** Errors: entry_not_reversible, with the operation to use instead where there is one. */
export function requireReversible({ kind, source }: Pick<BookedEntry, "kind" | "source">): void {
  if (REVERSIBLE[kind]?.includes(source.kind)) return;
  const undoneBy = kind === "hold" ? "releaseHold" : UNDONE_BY[source.kind];
  throw new LoyaltyError("entry_not_reversible", { kind, source: source.kind, use: undoneBy ?? "adjustPoints" });
}
