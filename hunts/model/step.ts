import type { Command } from "../../src/engine/commands.ts";
import type { LedgerModel, ModelMovement } from "./ledger-model.ts";

/** A command with what the model does at it: answers whether it takes effect. */
export type Planned = { command: Command; run: () => boolean };

/** What one sequence knows: its model, its members and what took effect so far. */
export type Run = {
  model: LedgerModel;
  member: (n: number) => string;
  nextId: () => string;
  /** The number that the engine has given to the entry of a movement. */
  seqOf: (movement: ModelMovement) => Promise<number>;
  done: Command[];
};

/** A step of a sequence: `plan` answers what it asks of the engine now, null where there is nothing to do it on. */
export type Step = { toString(): string; plan(run: Run): Planned | null | Promise<Planned | null> };

export const step = (name: string, plan: Step["plan"]): Step => ({ toString: () => name, plan });

export const nth = <Item>(items: readonly Item[], n: number): Item | undefined => items[n % Math.max(1, items.length)];

/** So many percent of points, and at least one. */
export const shareOf = (points: number, percent: number): number => Math.max(1, Math.ceil((points * percent) / 100));
