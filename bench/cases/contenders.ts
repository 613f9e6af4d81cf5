import type { PgbenchJob } from "../limits/run-pgbench.ts";
import { PgbenchRun } from "../limits/run-pgbench.ts";
import type { LoadJob, LoadResult } from "../load/load-job.ts";
import type { Contender, Sight } from "../measure/rounds.ts";
import type { Stack } from "../stack.ts";

const WARM_UP_SECONDS = 3;

/** Load over HTTP from the second process, warmed up by the same load without a rate. */
export function overHttp(stack: Stack, title: string, job: LoadJob, warmUpSeconds = WARM_UP_SECONDS): Contender {
  const { perSecond, ...closed } = job;
  return {
    title,
    async warmUp() {
      const copies = readingEachOnce(job);
      if (copies !== undefined) requireAnswers(title, await stack.load.run(copies));
      requireAnswers(title, await stack.load.run({ ...closed, seconds: warmUpSeconds }));
    },
    async run() {
      const result = await stack.load.run(perSecond === undefined ? job : { ...job, perSecond });
      return async () => result;
    },
  };
}

/** What the process keeps has been read once, however slow the machine. */
function readingEachOnce({ url, connections, headers, maker }: LoadJob): LoadJob | undefined {
  if (maker.kind !== "balance" || !maker.areKnown) return undefined;
  return { url, connections, headers, requests: maker.members, maker: { ...maker, inTurn: true } };
}

/** Errors: what is answered with refusals only is not what is to be measured. */
export function requireAnswers(title: string, { succeeded, firstFailure }: LoadResult): void {
  if (succeeded === 0) throw new Error(`${title} answers nothing but: ${firstFailure}`);
}

/** Load from pgbench, started anew for each window and warm before it begins. */
export function byPgbench(stack: Stack, title: string, job: Omit<PgbenchJob, "seconds">): Contender {
  const { pgbench, options, meter } = stack;
  if (pgbench === undefined) throw new Error("there is no pgbench");
  let run: PgbenchRun | undefined;
  const current = (): PgbenchRun => {
    if (run === undefined) throw new Error("pgbench was not started");
    return run;
  };
  let n = 0;
  return {
    title,
    async ready() {
      n += 1;
      const variables = { ...job.variables, run: `${process.pid}-${title.replaceAll(/\W+/g, "")}-${n}` };
      run = await PgbenchRun.start(pgbench, meter, { ...job, variables, seconds: options.seconds });
    },
    async run() {
      const own = current();
      await own.run();
      return () => own.finish();
    },
  };
}

/** One thing at a time, timed. */
export function timed(
  title: string,
  work: () => Promise<{ seconds: number; count: number }>,
  more: Omit<Contender, "title" | "run"> = {},
): Contender {
  return {
    title,
    ...more,
    async run() {
      const { seconds, count } = await work();
      const sight: Sight = { perSecond: count / seconds, p50Ms: (seconds * 1_000) / count, succeeded: count, failed: 0 };
      return async () => sight;
    },
  };
}
