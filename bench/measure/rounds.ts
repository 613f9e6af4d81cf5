import type { CpuUse } from "./cpu.ts";

/** What a contender did in one window of a round. */
export type Sight = {
  perSecond: number;
  /** Undefined where only whole runs are timed. */
  p50Ms?: number;
  p99Ms?: number;
  /** Resident memory at the end. */
  megabytes?: number;
  succeeded: number;
  failed: number;
  firstFailure?: string | undefined;
};

export type Contender = {
  title: string;
  /** Before anything is measured. */
  warmUp?(): Promise<unknown>;
  /** Before each window, outside of it. */
  ready?(): Promise<unknown>;
  /** The window itself. What it answers says afterwards what was seen. */
  run(): Promise<() => Promise<Sight>>;
};

export type Window = Sight & { cpu: CpuUse };
/** One window of each contender, in the order of the contenders. `isNoisy`: something else kept more than the limit busy in one of them. */
export type Round = { windows: Window[]; isNoisy: boolean; fsyncMs: number };
export type Measured = { contenders: readonly string[]; rounds: Round[] /** Rounds that were thrown away. */; repeated: number };

export type RoundsOptions = {
  rounds: number;
  /** How often a noisy round is measured again at most. */
  repeats: number;
  /** Cores that something else may keep busy. */
  noiseMax: number;
  /** Runs `work` and says what CPU went by meanwhile. */
  watch<Result>(work: () => Promise<Result>): Promise<{ result: Result; cpu: CpuUse }>;
  fsyncMs(): Promise<number>;
  tell(line: string): void;
};

/**
 * Each round measures all contenders in turn, every other one backwards, so that a drift of the machine favours nobody. A noisy round is
 * thrown away and measured again; what is noisy even then is kept and marked.
 */
export async function measureRounds(contenders: readonly Contender[], options: RoundsOptions): Promise<Measured> {
  const measured: Measured = { contenders: contenders.map(({ title }) => title), rounds: [], repeated: 0 };
  for (const contender of contenders) await contender.warmUp?.();
  for (let n = 0; n < options.rounds; n += 1) {
    let round = await measureRound(contenders, n, options);
    for (let again = 0; round.isNoisy && again < options.repeats; again += 1) {
      measured.repeated += 1;
      round = await measureRound(contenders, n, options);
    }
    measured.rounds.push(round);
  }
  return measured;
}

async function measureRound(
  contenders: readonly Contender[],
  n: number,
  { noiseMax, watch, fsyncMs, tell }: RoundsOptions,
): Promise<Round> {
  const order = contenders.map((contender, at) => ({ contender, at }));
  const windows: Window[] = [];
  const fsync = await fsyncMs();
  for (const { contender, at } of n % 2 === 0 ? order : order.toReversed()) {
    await contender.ready?.();
    const { result: finish, cpu } = await watch(() => contender.run());
    windows[at] = { ...(await finish()), cpu };
  }
  const most = Math.max(...windows.map(({ cpu }) => cpu.othersCores));
  const isNoisy = most > noiseMax;
  tell(`round ${n + 1}: ${isNoisy ? "noisy: " : ""}others kept up to ${most.toFixed(2)} cores busy, an fsync took ${fsync.toFixed(2)} ms`);
  return { windows, isNoisy, fsyncMs: fsync };
}
