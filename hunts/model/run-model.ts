import fc from "fast-check";
import type { LoyaltyError } from "../../src/core/errors.ts";
import type { Engine, ProgramContext } from "../../src/engine/commands.ts";
import { createProgramIds } from "../../src/programs/program-ids.ts";
import type { Service } from "../../src/service.ts";
import { differencesOf, type LedgerCheck, programDifferences } from "./check-ledger.ts";
import { BONUS_FROM_GROSS, BONUS_POINTS, LedgerModel, type ModelProgram } from "./ledger-model.ts";
import { createSeqOf } from "./seq-of.ts";
import type { Run, Step } from "./step.ts";
import { anyStep, firstSteps } from "./steps.ts";

/** Some sequences that take their steps together, so that the ledger is checked once a step for all of them. */
type Group = { sequences: Step[][]; hours: number[] };

export type ModelWorld = {
  engine: Engine;
  program: ProgramContext;
  policies: ModelProgram;
  check: LedgerCheck;
  clock: { now: () => Date; advance: (milliseconds: number) => void };
};

export const STEPS_MAX = 20;
const HOUR_MS = 3_600_000;

export const MODEL_PROGRAMS: readonly ModelProgram[] = [
  { id: "model-debt", ordersCount: "placed", pendingDays: 2, expiryDays: 10, isExtended: false, clawback: "debt", transferFee: 1 },
  {
    id: "model-written-off",
    ordersCount: "completed",
    pendingDays: 0,
    expiryDays: 4,
    isExtended: true,
    clawback: "within_balance",
    transferFee: 0,
  },
  {
    id: "model-confirmed",
    ordersCount: "placed",
    pendingDays: "confirm",
    expiryDays: 6,
    isExtended: false,
    clawback: "debt",
    transferFee: 2,
  },
];

/** The program's file. */
export const definitionOf = ({ id, ordersCount, pendingDays, expiryDays, isExtended, clawback, transferFee }: ModelProgram) => ({
  id,
  name: "Model",
  currency: "GBP",
  timeZone: "UTC",
  autoEnroll: true,
  ordersCount,
  wallets: [
    {
      id: "points",
      pending: pendingDays === "confirm" ? "confirm" : pendingDays === 0 ? "none" : `P${pendingDays}D`,
      expiry: `P${expiryDays}D`,
      ...(isExtended && { extendedBy: "activity" }),
      clawback,
      transfers: transferFee === 0 ? {} : { fee: { points: transferFee } },
    },
  ],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "base" }],
  rewards: [
    {
      id: "piece",
      label: "A piece",
      price: [{ wallet: "points", points: 1 }],
      gives: { kind: "product", sku: "PIECE" },
      fulfilment: "confirm",
    },
  ],
  rules: [
    {
      id: "bonus",
      when: `order.gross >= ${BONUS_FROM_GROSS}`,
      effects: [{ kind: "bonus_points", wallet: "points", points: BONUS_POINTS }],
    },
  ],
});

/** Publishes one of the programs of the model. */
export async function createModelWorld(
  { app, engine, readPool }: Pick<Service, "app" | "engine" | "readPool">,
  { policies, rootKey, clock }: { policies: ModelProgram; rootKey: string; clock: ModelWorld["clock"] },
): Promise<ModelWorld> {
  const headers = { authorization: `Bearer ${rootKey}`, "loyalty-program": policies.id };
  const answer = await app.inject({ method: "PUT", url: "/v1/program", headers, payload: definitionOf(policies) });
  const programId = await createProgramIds(readPool)(policies.id);
  if (programId === undefined) throw new Error(`the program of the model was not published: ${answer.body}`);
  return { engine, program: { programId, id: policies.id }, policies, check: { pool: readPool, programId }, clock };
}

let groups = 0;

function startRun(world: ModelWorld, group: number, sequence: number): Run {
  const prefix = `g${group}-s${sequence}`;
  let ids = 0;
  return {
    model: new LedgerModel(world.policies, world.clock.now().getTime()),
    member: (n) => `${prefix}-m${n}`,
    nextId: () => {
      ids += 1;
      return `${prefix}-${ids}`;
    },
    seqOf: createSeqOf(world.check),
    done: [],
  };
}

/** Takes one step of one sequence, in the engine and in the model; fails where only one of them lets it through. */
async function takeStep({ engine, program }: ModelWorld, run: Run, step: Step): Promise<void> {
  const planned = await step.plan(run);
  if (planned === null) return;
  const { command } = planned;
  const isReplay = run.done.includes(command);
  const outcome = await engine.submit(program, command).then(
    ({ replayed }) => ({ code: "done", replayed }),
    (error: LoyaltyError) => ({ code: error.code ?? error.name, replayed: false, error }),
  );
  // The job's command says that nothing was due.
  if (command.kind === "settle_member" && outcome.code === "NothingDue") return;
  const isExpected = planned.run();
  if ((outcome.code === "done") !== isExpected)
    throw new Error(`${step}: the engine says ${outcome.code}, the model ${isExpected}`, { cause: outcome });
  if (outcome.replayed !== isReplay) throw new Error(`${step}: ${isReplay ? "is not answered as" : "is"} a replay`);
  if (outcome.code === "done" && !isReplay && command.kind !== "settle_member") run.done.push(command);
}

/** One of the sequences came to something else than the model. */
class ModelDifference extends Error {
  readonly sequence: number;

  constructor(sequence: number, what: string, cause?: unknown) {
    super(what, { cause });
    this.sequence = sequence;
  }
}

async function runGroup(world: ModelWorld, { sequences, hours }: Group): Promise<void> {
  groups += 1;
  const runs = sequences.map((_, index) => startRun(world, groups, index));
  for (let n = 0; n < STEPS_MAX; n += 1) {
    const waited = (hours[n] ?? 0) * HOUR_MS;
    world.clock.advance(waited);
    for (const { model } of runs) model.now += waited;
    const stepped = await Promise.allSettled(
      sequences.map(async (steps, index) => {
        const [run, step] = [runs[index], steps[n]];
        if (run !== undefined && step !== undefined) await takeStep(world, run, step);
      }),
    );
    for (const [index, result] of stepped.entries()) {
      if (result.status === "rejected") throw new ModelDifference(index, `step ${n + 1}: ${result.reason}`, result.reason);
    }
    const [difference] = await differencesOf(world.check, runs, world.clock.now().getTime());
    if (difference !== undefined) throw new ModelDifference(difference.sequence, `after step ${n + 1}: ${difference.what}`);
  }
}

/** Tries a sequence alone; answers what is different. */
async function differenceOf(world: ModelWorld, steps: Step[], hours: number[]): Promise<ModelDifference | undefined> {
  try {
    await runGroup(world, { sequences: [steps], hours });
    return undefined;
  } catch (error) {
    if (error instanceof ModelDifference) return error;
    throw error;
  }
}

const WAITS_ONLY: Step = { toString: () => "wait", plan: () => null };

/** The sequence that failed without the steps and waits that it fails without, told in words. */
async function shortest(world: ModelWorld, { sequences, hours }: Group, failure: ModelDifference): Promise<string> {
  const [steps, waits] = [[...(sequences[failure.sequence] ?? [])], [...hours]];
  let difference = await differenceOf(world, steps, waits);
  if (difference === undefined) return `not in a sequence alone: ${failure.message}`;
  for (let n = STEPS_MAX - 1; n >= 0; n -= 1) {
    for (const list of [steps as unknown[], waits as unknown[]]) {
      const former = list[n];
      if (former === undefined) continue;
      list[n] = list === (steps as unknown[]) ? WAITS_ONLY : 0;
      const still = await differenceOf(world, steps, waits);
      if (still === undefined) list[n] = former;
      else difference = still;
    }
  }
  const told = steps.map((step, n) => `${(waits[n] ?? 0) > 0 ? `wait ${waits[n]} h, ` : ""}${step}`).filter((text) => text !== "wait");
  return `${difference.message}\n  ${told.join("\n  ")}`;
}

/** Waits of some hours, at about every other step. */
const waits = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 24 * 5 })), { minLength: STEPS_MAX, maxLength: STEPS_MAX });
const further = { minLength: STEPS_MAX / 2, maxLength: STEPS_MAX - firstSteps.length, size: "max" } as const;
const sequence = fc.array(anyStep, further).map((steps) => [...firstSteps, ...steps]);

export type ModelCounts = { sequences: number; perGroup: number; seed: number; progress?: (sequences: number) => void };

/**
 * Lets random sequences of commands run through the engine and through a model of it. After each step every balance is what the model
 * says, and every invariant of the ledger holds. Fails with the shortest sequence that shows a difference, and the seed.
 */
export async function runModel(world: ModelWorld, { sequences, perGroup, seed, progress }: ModelCounts): Promise<void> {
  const group = fc.record({ sequences: fc.array(sequence, { minLength: perGroup, maxLength: perGroup, size: "max" }), hours: waits });
  let done = 0;
  for (const taken of fc.sample(group, { numRuns: Math.ceil(sequences / perGroup), seed })) {
    try {
      await runGroup(world, taken);
    } catch (error) {
      if (!(error instanceof ModelDifference)) throw error;
      throw new Error(`${world.policies.id}, seed ${seed}, ${await shortest(world, taken, error)}`, { cause: error });
    }
    done += taken.sequences.length;
    progress?.(done);
  }
  const differences = await programDifferences(world.check);
  if (differences.length > 0) throw new Error(`${world.policies.id}, seed ${seed}, when all was done:\n${differences.join("\n")}`);
}
