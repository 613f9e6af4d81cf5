import type { ProgramDefinition } from "../programs/definition.ts";
import type { Command } from "./commands.ts";

/** Whole points of a wallet, by its id, that a command spends or reserves at most. */
export type Spending = { wallet: string; points: number };

/** The only list of commands that always spend or reserve points, and so may draw on the member's household. */
const SPENDS: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>(["buy_upgrade", "redeem_reward", "open_hold"]);

/** An order spends only where its cart asks for it, so that all others look up no household and load no open lots. */
const paysWithPoints = (command: Command): boolean => "cart" in command && command.cart.payWithPoints !== undefined;

export const spendsPoints = (command: Command): boolean => SPENDS.has(command.kind) || paysWithPoints(command);

/**
 * What a command of `spendsPoints` takes from its member's own lots at most, and nothing of others'; null where only its decision
 * tells. What the definition does not have is refused, and so takes nothing.
 */
export function spendingOf(command: Command, { rewards, upgrades, wallets }: ProgramDefinition): readonly Spending[] | null {
  switch (command.kind) {
    case "redeem_reward":
      return (rewards?.find(({ id }) => id === command.reward)?.price ?? []).map(({ wallet, points }) => {
        return { wallet, points: points * command.quantity };
      });
    case "buy_upgrade": {
      const price = upgrades?.find(({ id }) => id === command.upgrade)?.price;
      return price === undefined ? [] : [price];
    }
    case "open_hold": {
      const wallet = command.wallet ?? wallets[0]?.id;
      return wallet === undefined ? [] : [{ wallet, points: command.upTo ?? command.points ?? 0 }];
    }
    case "place_order":
    case "revise_order": {
      const { wallet = wallets.find((each) => each.payWithPoints !== undefined)?.id, points } = command.cart.payWithPoints ?? { points: 0 };
      if (points === "most") return null;
      return wallet === undefined ? [] : [{ wallet, points }];
    }
    default:
      return null;
  }
}
