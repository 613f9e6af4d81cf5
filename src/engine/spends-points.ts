import type { Command } from "./commands.ts";

/** The only list of commands that always spend or reserve points, and so may draw on the member's household. */
const SPENDS: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>(["buy_upgrade", "redeem_reward", "open_hold"]);

/** An order spends only where its cart asks for it, so that all others look up no household and load no open lots. */
export const paysWithPoints = (command: Command): boolean => "cart" in command && command.cart.payWithPoints !== undefined;

export const spendsPoints = (command: Command): boolean => SPENDS.has(command.kind) || paysWithPoints(command);
