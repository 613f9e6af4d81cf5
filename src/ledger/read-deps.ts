import type pg from "pg";
import type { Clock } from "../core/clock.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { type WalletNumbers, walletsOf } from "../programs/decide-context.ts";

/** The rule sets and wallets of programs, as reads need them. */
export type ProgramsInForce = {
  current(programId: number): Promise<CompiledProgram>;
  /** A version that has decided something. */
  at(programId: number, version: number): Promise<CompiledProgram>;
  walletNumbers(programId: number): Promise<WalletNumbers>;
};

/** What the reads of members, orders and points need. */
export type ReadDeps = { pool: pg.Pool; programs: ProgramsInForce; now: Clock };

export type ProgramInForce = {
  program: CompiledProgram;
  wallets: WalletNumbers;
  /** Ids by number of the wallets that the rule set in force has, in the order of its file. */
  walletIds: ReadonlyMap<number, string>;
};

export async function programInForce({ programs }: ReadDeps, programId: number): Promise<ProgramInForce> {
  const program = await programs.current(programId);
  // After it, so that a version which has just come into force brings its own wallets.
  const wallets = await programs.walletNumbers(programId);
  const walletIds = new Map(walletsOf({ program, wallets }).map(({ number, definition }) => [number, definition.id]));
  return { program, wallets, walletIds };
}
