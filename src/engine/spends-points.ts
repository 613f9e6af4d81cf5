import type { Command } from "./commands.ts";

/** The only list of commands that spend or reserve points, and so may draw on the member's household. */
const SPENDS: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>(["buy_upgrade", "redeem_reward", "open_hold"]);

export const spendsPoints = ({ kind }: Command): boolean => SPENDS.has(kind);
