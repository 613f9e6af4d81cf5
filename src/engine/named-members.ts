import type { Command } from "./commands.ts";

/** Commands about the ids themselves: they decide what an alias means to them. */
const NAMES_IDS: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>(["enrol_member", "merge_members", "unmerge_members"]);

export const mayNameAliases = ({ kind }: Command): boolean => !NAMES_IDS.has(kind);

/** The command with the members that its ids stand for in their place. What the caller's body hashes to stays. */
export function withoutAliases(command: Command, aliases: ReadonlyMap<string, string>): Command {
  if (aliases.size === 0) return command;
  const memberOf = (id: string) => aliases.get(id) ?? id;
  const named: Command = command.memberId === undefined ? command : { ...command, memberId: memberOf(command.memberId) };
  if (named.kind === "reverse_entry" && named.memberId !== command.memberId) return { ...named, alias: command.memberId };
  if (named.kind === "transfer_points") return { ...named, to: memberOf(named.to) };
  if (named.kind === "place_order" || named.kind === "revise_order") {
    return { ...named, cart: { ...named.cart, memberId: memberOf(named.cart.memberId) } };
  }
  return named;
}
