import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "pino";
import { LoyaltyError } from "../core/errors.ts";
import type { Engine } from "../engine/commands.ts";
import { toRefusal } from "../http/foreign-errors.ts";
import { answerLine } from "../imports/answer-line.ts";
import { LINE_BYTES_MAX } from "../imports/parse-line.ts";
import { runLine } from "../imports/run-line.ts";
import type { ImportResult } from "../imports/schemas.ts";
import type { NumberedLine } from "../imports/split-lines.ts";
import { whileAlone } from "../jobs/lock.ts";
import type { Broker, IncomingLine } from "./broker.ts";
import { LineOrder, subjectsOf } from "./line-order.ts";

const LOCK = "ingestion";
/** Before what has failed is tried again, and before another process is asked once more whether it still reads. */
const PAUSE_MS = 1_000;
const UNAVAILABLE = 503;

export type IngestionMetrics = {
  /** A line has been answered. */
  answered(outcome: "applied" | "replayed" | "refused" | "again"): void;
  /** So many lines are not done. */
  waiting(lines: number): void;
};

export type IngestionDeps = {
  broker: Broker;
  engine: Engine;
  findProgram: (id: string) => Promise<number | undefined>;
  /** For the lock: one process reads at a time, others stand by. */
  pool: pg.Pool;
  log: Logger;
  metrics: IngestionMetrics;
};

export interface Ingestion {
  /** Takes no new lines and waits for those that were begun. */
  close(): Promise<void>;
}

/**
 * Reads lines from a broker and takes each through the write path: done after its commit, replayed where it had one, so that a line that
 * comes twice counts once. Lines of one member or order take effect in their order. What is refused for good is kept with its reason;
 * what fails because the database or the broker is away comes again.
 */
export function startIngestion(deps: IngestionDeps): Ingestion {
  const { broker, pool, log } = deps;
  const stopping = new AbortController();
  /** Ends early where it is stopped. */
  const pause = (): Promise<void> => sleep(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
  const running = run();
  return {
    async close() {
      stopping.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await whileAlone(pool, LOCK, (lost) => readOn(AbortSignal.any([stopping.signal, lost])));
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, "reading lines was interrupted; it goes on");
      }
      await pause();
    }
  }

  async function readOn(signal: AbortSignal): Promise<void> {
    await broker.comeBack(signal);
    log.info("reading lines from the broker");
    while (!signal.aborted) {
      const isWhole = await readBatch(deps, signal);
      deps.metrics.waiting(await broker.waiting());
      if (!isWhole) await pause();
    }
  }
}

type LineEnd = "done" | "again";

/** Answers whether all lines of the batch are done. After one that has to come again, or when it is time to stop, no other one is begun. */
async function readBatch(deps: IngestionDeps, signal: AbortSignal): Promise<boolean> {
  const order = new LineOrder((error) => toRefusal(error)?.status === UNAVAILABLE);
  const taken: { line: IncomingLine; end: Promise<LineEnd> }[] = [];
  let mayBegin = true;
  async function take(line: IncomingLine): Promise<LineEnd> {
    if (!mayBegin || signal.aborted) return "again";
    const end = await takeLine(deps, order, line);
    if (end === "again") mayBegin = false;
    return end;
  }
  try {
    for await (const line of deps.broker.batch()) taken.push({ line, end: take(line) });
  } finally {
    // Also where the broker broke off: what was begun ends before anything is read anew.
    await Promise.all(taken.map(({ end }) => end));
  }
  let isWhole = true;
  for (const { line, end } of taken) {
    if ((await end) === "done") continue;
    isWhole = false;
    line.again();
  }
  return isWhole;
}

/** Never rejects. */
async function takeLine(deps: IngestionDeps, order: LineOrder, line: IncomingLine): Promise<LineEnd> {
  const { engine, findProgram, log } = deps;
  const result = await answerLine(textOf(line), {
    run: (asked) =>
      order.after(
        subjectsOf(asked).map((subject) => `${line.program} ${subject}`),
        async () => {
          const programId = await findProgram(line.program);
          if (programId === undefined) throw new LoyaltyError("program_not_found");
          return runLine(engine, { programId, id: line.program }, asked, () => undefined);
        },
      ),
    defect: (error) => log.error({ err: error, sequence: line.sequence, program: line.program }, "unexpected error of a line"),
  });
  return finish(deps, line, result);
}

async function finish({ broker, log, metrics }: IngestionDeps, line: IncomingLine, result: ImportResult): Promise<LineEnd> {
  if (!("code" in result)) {
    metrics.answered(result.replayed ? "replayed" : "applied");
    line.done();
    return "done";
  }
  if (result.status !== UNAVAILABLE) {
    try {
      await broker.refuse(line, result);
      metrics.answered("refused");
      line.done();
      return "done";
    } catch (error) {
      log.warn({ err: error, sequence: line.sequence }, "a refused line could not be kept; it comes again");
    }
  }
  metrics.answered("again");
  return "again";
}

const DECODER = new TextDecoder("utf-8", { fatal: true });

function textOf({ sequence, bytes }: IncomingLine): NumberedLine {
  if (bytes.length > LINE_BYTES_MAX) return { number: sequence, fault: "too_long" };
  try {
    return { number: sequence, text: DECODER.decode(bytes) };
  } catch {
    // The decoder throws a TypeError for bytes that are no UTF-8, and for nothing else.
    return { number: sequence, fault: "not_utf8" };
  }
}
