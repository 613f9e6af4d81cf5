import { assert } from "../core/assert.ts";
import { refuseField } from "../core/errors.ts";
import { type DecideContext, type NumberedWallet, walletsOf } from "./decide-context.ts";

/**
 * The wallet that a request names, or the program's first where it names none.
 * Errors: request_invalid at `pointer` for a wallet that the program does not have.
 */
export function walletNamed(context: DecideContext, id: string | undefined, pointer: string): NumberedWallet {
  const wallets = walletsOf(context);
  const wallet = id === undefined ? wallets[0] : wallets.find(({ definition }) => definition.id === id);
  if (wallet !== undefined) return wallet;
  assert(id !== undefined, "a program has at least one wallet");
  throw refuseField("request_invalid", pointer, `the program has no wallet ${id}`, { wallet: id });
}
