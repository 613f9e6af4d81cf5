import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const COMMAND_LINES = fileURLToPath(new URL("children/command-lines.ts", import.meta.url));

/** One command line of `loyalty`, and the whole environment that it sees. */
export type CommandLine = { args: readonly string[]; env: Record<string, string> };
export type CliResult = { code: number | null; out: string; err: string };

/** What ends both outputs of a command line; no command prints it. */
export const END_OF_OUTPUT = "\u0004";

const environment = (env: Record<string, string>) => ({ PATH: process.env.PATH ?? "", ...env });

/** Runs one command line as a process of its own, with nothing of this one's environment but the path. */
export async function runCliProcess(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [CLI, ...args], { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  const output = collect(child);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out: output.out, err: output.err };
}

let runner: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs one command line as `runCliProcess` does, in a process that loads the program once for all of them. */
export function runCli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const result = last.then(() => send({ args, env: environment(env) }));
  last = result.catch(() => undefined);
  return result;
}

async function send(line: CommandLine): Promise<CliResult> {
  runner ??= startRunner();
  const output = collect(runner);
  const stopped = new AbortController();
  const ended = once(runner, "exit", { signal: stopped.signal }).then(() => {
    runner = undefined;
    throw new Error(`${line.args.join(" ")} ended its process: ${output.err}`);
  });
  const answered = once(runner, "message", { signal: stopped.signal });
  runner.send(line);
  const [code] = (await Promise.race([answered, ended])) as [number];
  stopped.abort();
  await Promise.allSettled([ended, output.ended]);
  return { code, out: output.out, err: output.err };
}

function startRunner(): ChildProcess {
  const child = fork(COMMAND_LINES, { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
  child.unref();
  child.channel?.unref();
  return child;
}

type Output = { out: string; err: string; ended: Promise<unknown> };

/** Gathers what a process prints from now on, until it ends or both outputs are ended. */
function collect({ stdout, stderr }: ChildProcess): Output {
  const output: Output = { out: "", err: "", ended: Promise.resolve() };
  const read = (stream: Readable | null, name: "out" | "err") =>
    new Promise<void>((resolve) => {
      const take = (text: string) => {
        const isEnd = text.endsWith(END_OF_OUTPUT);
        output[name] += isEnd ? text.slice(0, -END_OF_OUTPUT.length) : text;
        if (!isEnd) return;
        stream?.off("data", take);
        resolve();
      };
      stream?.setEncoding("utf8").on("data", take);
    });
  output.ended = Promise.all([read(stdout, "out"), read(stderr, "err")]);
  return output;
}
