import { refuseField } from "../core/errors.ts";
import type { WalletDefinition } from "../programs/wallet-definition.ts";

/**
 * The one guard of what spends, holds or moves points: status points only count for tiers.
 * Errors: request_invalid at the field that names the wallet.
 */
export function requireSpendable({ id, kind }: Pick<WalletDefinition, "id" | "kind">, pointer: string): void {
  if (kind !== "spendable") throw refuseField("request_invalid", pointer, `points of "${id}" cannot be spent`, { wallet: id });
}
