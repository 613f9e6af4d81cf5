import type pg from "pg";
import { inProgram } from "../db/transaction.ts";
import { matesOf } from "../pools/pool.ts";
import { findPool, findPoolOf } from "../pools/store.ts";
import type { Command, ProgramContext } from "./commands.ts";
import { spendsPoints } from "./spends-points.ts";
import type { RuleSets } from "./transact.ts";

const NOBODY: readonly string[] = [];

const NAMES_OTHERS: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>([
  "transfer_points",
  "put_pool_member",
  "leave_pool",
  "merge_members",
  "unmerge_members",
]);

/** False of nearly all commands: nothing has to be found for them. */
export const mayNameOthers = (command: Command): boolean => NAMES_OTHERS.has(command.kind) || spendsPoints(command);

/**
 * The members that a command changes beside the one who answers: named by it, or found by a household. A household may change until
 * they are locked: then the decision refuses with ChangedPool.
 * Errors: pool_not_found.
 */
export async function otherMembersOf(
  { readPool, ruleSets }: { readPool: pg.Pool; ruleSets: RuleSets },
  { programId }: ProgramContext,
  command: Command,
): Promise<readonly string[]> {
  if (command.kind === "transfer_points") return command.to === command.memberId ? NOBODY : [command.to];
  if (command.kind === "merge_members" || command.kind === "unmerge_members") {
    return command.from === command.memberId ? NOBODY : [command.from];
  }
  if (command.kind === "put_pool_member" || command.kind === "leave_pool") {
    const { ownerId } = await inProgram(readPool, programId, (tx) => findPool(tx, programId, command.poolId));
    return ownerId === command.memberId ? NOBODY : [ownerId];
  }
  if (!spendsPoints(command) || command.memberId === undefined) return NOBODY;
  const { memberId } = command;
  const { definition } = await ruleSets.current(programId);
  if (definition.pools === undefined) return NOBODY;
  return matesOf(await inProgram(readPool, programId, (tx) => findPoolOf(tx, programId, memberId)), memberId);
}
