import type { ProgramDefinition } from "../programs/definition.ts";
import type { WalletDefinition } from "../programs/wallet-definition.ts";
import { type Counter, periodStart } from "../rules/limits/counter.ts";

export const TRANSFER_PERIODS = ["day", "month"] as const;
export type TransferPeriod = (typeof TRANSFER_PERIODS)[number];

/** Names of rules have no colon, so that no rule counts under the same key. */
export const transferKey = (per: TransferPeriod, wallet: string): string => `:transfers ${per} ${wallet}`;

/** What a member has sent of a wallet in the local day or month of an instant, the fees included. */
export const transferCounter = (per: TransferPeriod, wallet: string, at: Date, zone: string): Counter => ({
  for: "member",
  key: transferKey(per, wallet),
  period: periodStart(at, per, zone),
});

/** The wallet that a transfer is of: the named one; else the first that takes transfers, or the first that can be spent. */
export function transferWallet({ wallets }: ProgramDefinition, wallet: string | undefined): WalletDefinition | undefined {
  if (wallet !== undefined) return wallets.find(({ id }) => id === wallet);
  return wallets.find(({ transfers }) => transfers !== undefined) ?? wallets.find(({ kind }) => kind === "spendable");
}

/** The counters that a transfer asks and changes. Both are counted always, so that a limit that comes later knows what was before. */
export function transferCounters(definition: ProgramDefinition, wallet: string | undefined, at: Date): Counter[] {
  const found = transferWallet(definition, wallet);
  if (found?.transfers === undefined) return [];
  return TRANSFER_PERIODS.map((per) => transferCounter(per, found.id, at, definition.timeZone));
}
