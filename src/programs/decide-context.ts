import { refuseField } from "../core/errors.ts";
import type { CouponCoder } from "../coupons/code.ts";
import type { Instant } from "../ledger/state.ts";
import type { CompiledProgram } from "./compiled.ts";
import type { WalletDefinition } from "./wallet-definition.ts";

/** Which number stands for which wallet in hot tables. */
export type WalletNumbers = { byId: ReadonlyMap<string, number>; byNumber: ReadonlyMap<number, string> };

/** What a decision knows beside the member: the rule set in force, its wallets, the engine's clock. */
export type DecideContext = { program: CompiledProgram; wallets: WalletNumbers; now: Instant };

/** What a command that takes effect knows, and a quote does not: how coupons get their codes. */
export type CommandContext = DecideContext & { couponCode: CouponCoder };

export type NumberedWallet = { number: number; definition: WalletDefinition };

/** The wallets of the rule set in force with their numbers, in the order of the file. */
export function walletsOf({ program, wallets }: Pick<DecideContext, "program" | "wallets">): NumberedWallet[] {
  return program.definition.wallets.flatMap((definition) => {
    const number = wallets.byId.get(definition.id);
    return number === undefined ? [] : [{ number, definition }];
  });
}

/** The wallet that a request names, or the program's first. Errors: request_invalid at /wallet for one that the program does not have. */
export function walletOf(context: Pick<DecideContext, "program" | "wallets">, id: string | undefined): NumberedWallet {
  const wallet = walletsOf(context).find(({ definition }) => id === undefined || definition.id === id);
  if (wallet === undefined) throw refuseField("request_invalid", "/wallet", `the program has no wallet "${id}"`);
  return wallet;
}
