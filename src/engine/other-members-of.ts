import type { Command } from "./commands.ts";

const NOBODY: readonly string[] = [];

/** The members that a command changes beside the one who answers; the same however often it is asked. */
export function otherMembersOf(command: Command): readonly string[] {
  return command.kind === "transfer_points" && command.to !== command.memberId ? [command.to] : NOBODY;
}
