import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CpuMeter } from "../measure/cpu.ts";
import type { Sight } from "../measure/rounds.ts";
import { percentile } from "../measure/statistics.ts";
import type { Pgbench } from "./find-pgbench.ts";

const SCRIPT = fileURLToPath(new URL("./stored-function.pgbench", import.meta.url));
/** Connections are made, statements prepared and functions read before anything counts. */
const WARM_UP_SECONDS = 2;
/** It is stopped when its window is over and written down. */
const LONGEST_SECONDS = 3_600;
const LOOK_EVERY_MS = 100;

export type PgbenchJob = {
  databaseUrl: string;
  connections: number;
  seconds: number;
  variables: Readonly<Record<string, string>>;
  /** Transactions a second that arrive at random moments, waiting included in their time. */
  perSecond?: number;
};

/** The load from pgbench, warm: `run` is the window, and `finish` says what was seen in it. */
export class PgbenchRun {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #seconds: number;
  #from = 0;
  #until = 0;
  #errors = "";

  private constructor(child: ChildProcess, folder: string, seconds: number) {
    this.#child = child;
    this.#folder = folder;
    this.#seconds = seconds;
    child.stderr?.on("data", (chunk: Buffer) => {
      const text = chunk.toString();
      if (/error|abort|fatal/i.test(text)) this.#errors += text;
    });
  }

  /** Answers when it has run for a while. */
  static async start({ program }: Pgbench, meter: Pick<CpuMeter, "watch">, job: PgbenchJob): Promise<PgbenchRun> {
    const folder = await mkdtemp(join(tmpdir(), "loyalty-pgbench-"));
    const { hostname, port, username, password, pathname } = new URL(job.databaseUrl);
    const variables = Object.entries(job.variables).flatMap(([name, value]) => ["-D", `${name}=${value}`]);
    const args = [
      ...["-n", "-M", "prepared", "-P", "1", "-f", SCRIPT, "-c", String(job.connections), "-j", "1"],
      ...["-T", String(LONGEST_SECONDS), "-l", `--log-prefix=${join(folder, "log")}`],
      ...(job.perSecond === undefined ? [] : ["-R", String(Math.round(job.perSecond))]),
      ...variables,
      ...["-h", hostname, "-p", port, "-U", username, pathname.slice(1)],
    ];
    const child = spawn(program, args, { env: { PATH: process.env.PATH, PGPASSWORD: password }, stdio: ["ignore", "ignore", "pipe"] });
    meter.watch("load", child.pid ?? 0);
    const run = new PgbenchRun(child, folder, job.seconds);
    await run.#untilWarm();
    return run;
  }

  /** It says once a second how it goes. */
  #untilWarm(): Promise<void> {
    return new Promise((resolve, reject) => {
      let lines = 0;
      this.#child.stderr?.on("data", (chunk: Buffer) => {
        lines += chunk.toString().split("progress:").length - 1;
        if (lines >= WARM_UP_SECONDS) resolve();
      });
      this.#child.once("error", reject);
      this.#child.once("exit", (code) => reject(new Error(`pgbench ended with ${code}: ${this.#errors}`)));
    });
  }

  async run(): Promise<void> {
    this.#from = Date.now();
    await sleep(this.#seconds * 1_000);
    this.#until = Date.now();
  }

  async finish(): Promise<Sight> {
    try {
      let seen = await this.#readLog();
      while ((seen.at(-1)?.at ?? 0) < this.#until) {
        if (this.#child.exitCode !== null || this.#errors !== "")
          throw new Error(`pgbench ended with ${this.#child.exitCode}: ${this.#errors}`);
        // Lines are written by the page.
        await sleep(LOOK_EVERY_MS);
        seen = await this.#readLog();
      }
      const own = seen.filter(({ at }) => at >= this.#from && at < this.#until).map(({ milliseconds }) => milliseconds);
      own.sort((a, b) => a - b);
      const perSecond = (own.length * 1_000) / (this.#until - this.#from);
      return { perSecond, p50Ms: percentile(own, 0.5), p99Ms: percentile(own, 0.99), succeeded: own.length, failed: 0 };
    } finally {
      const exit = once(this.#child, "exit");
      if (this.#child.kill("SIGTERM")) await exit;
      await rm(this.#folder, { recursive: true });
    }
  }

  async #readLog(): Promise<LogLine[]> {
    const [file] = await readdir(this.#folder);
    if (file === undefined) return [];
    return parseLog(await readFile(join(this.#folder, file), "utf8"));
  }
}

type LogLine = { at: number; milliseconds: number };

/**
 * A line for each transaction: client, number, microseconds, script, and when it ended in epoch seconds and microseconds. With a rate
 * the time includes the lag. The last line may be cut.
 */
export function parseLog(text: string): LogLine[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.map((line) => {
    const [, , time = Number.NaN, , seconds = Number.NaN, microseconds = Number.NaN] = line.split(" ").map(Number);
    return { at: seconds * 1_000 + microseconds / 1_000, milliseconds: time / 1_000 };
  });
}
