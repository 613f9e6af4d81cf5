import fc from "fast-check";
import type { LoyaltyError } from "../../src/core/errors.ts";
import type { Command, Engine, ProgramContext } from "../../src/engine/commands.ts";
import { createProgramIds } from "../../src/programs/program-ids.ts";
import type { Service } from "../../src/service.ts";
import { auditedEngine } from "../audited-engine.ts";
import { differencesOf, type LedgerCheck, programDifferences } from "./check-ledger.ts";
import { LedgerModel, type ModelProgram } from "./ledger-model.ts";
import { definitionOf } from "./model-programs.ts";
import { createSeqOf } from "./seq-of.ts";
import { ROUNDS, type Sequence, sequence, waits } from "./sequences.ts";
import type { Run, Step } from "./step.ts";
import { Tally } from "./tally.ts";

/** Some sequences that take their steps together, so that the ledger is checked once a round for all of them; `hours` pass before each. */
type Group = { sequences: Sequence[]; hours: number[] };

export type ModelWorld = {
  engine: Engine;
  program: ProgramContext;
  policies: ModelProgram;
  check: LedgerCheck;
  clock: { now: () => Date; advance: (milliseconds: number) => void };
  /** What was done and refused, and what came of it. */
  tally: Tally;
};

const HOUR_MS = 3_600_000;

/** Publishes one of the programs of the model. */
export async function createModelWorld(
  { app, engine, readPool }: Pick<Service, "app" | "engine" | "readPool">,
  { policies, rootKey, clock }: { policies: ModelProgram; rootKey: string; clock: ModelWorld["clock"] },
): Promise<ModelWorld> {
  const headers = { authorization: `Bearer ${rootKey}`, "loyalty-program": policies.id };
  const answer = await app.inject({ method: "PUT", url: "/v1/program", headers, payload: definitionOf(policies) });
  const programId = await createProgramIds(readPool)(policies.id);
  if (programId === undefined) throw new Error(`the program of the model was not published: ${answer.body}`);
  const program = { programId, id: policies.id };
  return { engine: auditedEngine(engine), program, policies, check: { pool: readPool, programId }, clock, tally: new Tally() };
}

let groups = 0;

function startRun(world: ModelWorld, group: number, sequence: number): Run {
  const prefix = `g${group}-s${sequence}`;
  let ids = 0;
  return {
    model: new LedgerModel(world.policies, world.clock.now().getTime(), (what) => world.tally.add(what)),
    member: (n) => `${prefix}-m${n}`,
    nextId: () => {
      ids += 1;
      return `${prefix}-${ids}`;
    },
    seqOf: createSeqOf(world.check),
    done: [],
  };
}

/** These take no id, so they are not answered again. */
const UNREPEATED: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>(["settle_member", "put_pool_member", "leave_pool"]);

/** Takes one step of one sequence, in the engine and in the model; fails where only one of them lets it through. */
async function takeStep({ engine, program, tally }: ModelWorld, run: Run, step: Step): Promise<void> {
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
  tally.add(`${command.kind} is ${isExpected ? "done" : "refused"}`);
  if (outcome.replayed !== isReplay) throw new Error(`${step}: ${isReplay ? "is not answered as" : "is"} a replay`);
  if (outcome.code === "done" && !isReplay && !UNREPEATED.has(command.kind)) run.done.push(command);
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
  for (let n = 0; n < ROUNDS; n += 1) {
    const waited = (hours[n] ?? 0) * HOUR_MS;
    world.clock.advance(waited);
    for (const { model } of runs) model.now += waited;
    const stepped = await Promise.allSettled(
      runs.map(async (run, index) => {
        for (const step of sequences[index]?.[n] ?? []) await takeStep(world, run, step);
      }),
    );
    for (const [index, result] of stepped.entries()) {
      if (result.status === "rejected") throw new ModelDifference(index, `round ${n + 1}: ${result.reason}`, result.reason);
    }
    const [difference] = await differencesOf(world.check, runs, world.clock.now().getTime());
    if (difference !== undefined) throw new ModelDifference(difference.sequence, `after round ${n + 1}: ${difference.what}`);
  }
}

type Alone = { rounds: Sequence; hours: number[] };

/** Tries a sequence alone; answers what is different. */
async function differenceOf(world: ModelWorld, { rounds, hours }: Alone): Promise<ModelDifference | undefined> {
  try {
    await runGroup(world, { sequences: [rounds], hours });
    return undefined;
  } catch (error) {
    if (error instanceof ModelDifference) return error;
    throw error;
  }
}

const withoutStep = ({ rounds, hours }: Alone, round: number, step: number): Alone => ({
  rounds: rounds.with(round, (rounds[round] ?? []).toSpliced(step, 1)),
  hours,
});

/** The sequence that failed without the steps and waits that it fails without, told in words. */
async function shortest(world: ModelWorld, { sequences, hours }: Group, failure: ModelDifference): Promise<string> {
  let failing: Alone = { rounds: sequences[failure.sequence] ?? [], hours };
  let difference = await differenceOf(world, failing);
  if (difference === undefined) return `not in a sequence alone: ${failure.message}`;
  const keepIfFailing = async (tried: Alone) => {
    const still = await differenceOf(world, tried);
    if (still !== undefined) [failing, difference] = [tried, still];
  };
  for (let n = failing.rounds.length - 1; n >= 0; n -= 1) {
    for (let step = (failing.rounds[n] ?? []).length - 1; step >= 0; step -= 1) await keepIfFailing(withoutStep(failing, n, step));
    if ((failing.hours[n] ?? 0) > 0) await keepIfFailing({ ...failing, hours: failing.hours.with(n, 0) });
  }
  const told = failing.rounds.flatMap((steps, n) => [...((failing.hours[n] ?? 0) > 0 ? [`wait ${failing.hours[n]} h`] : []), ...steps]);
  return `${difference.message}\n  ${told.join("\n  ")}`;
}

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
