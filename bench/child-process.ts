import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadJob, LoadResult } from "./load/load-job.ts";

const pathOf = (script: string): string => fileURLToPath(new URL(script, import.meta.url));

async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}

export type Server = { url: string; pid: number; stop(): Promise<void> /** Ends it without a word. */; kill(): Promise<void> };

/** Where this checkout is. */
export const HERE = pathOf("../");

/** Starts the service of a checkout as `npm start` does. */
export async function startService(env: Record<string, string>, root: string = HERE): Promise<Server> {
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { scripts: { start: string } };
  const [node, ...args] = scripts.start.split(" ");
  if (node !== "node") throw new Error("npm start starts no Node");
  return startProcess(args, env, root);
}

/** Starts a script that prints "listens on <url>". */
export const startServer = (script: string, args: string[]): Promise<Server> => startProcess([pathOf(script), ...args], {}, HERE);

/** Its other lines of standard error are shown. */
async function startProcess(args: string[], env: Record<string, string>, cwd: string): Promise<Server> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      if (printed.length > 10_000) return;
      printed += chunk.toString();
      const found = /listens on (http:\/\/[\d.:]+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`node ${args.join(" ")} ended with ${code}: ${printed}`)));
  });
  return { url, pid: child.pid ?? 0, stop: () => stop(child), kill: () => stop(child, "SIGKILL") };
}

export type Load = { pid: number; run(job: LoadJob): Promise<LoadResult>; stop(): Promise<void> };

export function startLoad(): Load {
  const child = fork(pathOf("./children/load.ts"));
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the load process ended")));
  ended.catch(() => undefined); // whoever waits for a result hears of it
  return {
    pid: child.pid ?? 0,
    run(job) {
      const { promise, resolve } = Promise.withResolvers<LoadResult>();
      child.once("message", (result) => resolve(result as LoadResult));
      child.send(job);
      return Promise.race([promise, ended]);
    },
    stop: () => stop(child),
  };
}

/** Runs the project's own command line and answers what it prints and how it ends. */
export async function runLoyalty(args: string[], root: string = HERE): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(root, "src/cli.ts"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? 1, output: output.trim() };
}
