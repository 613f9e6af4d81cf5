import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

type ProgramName = "main" | "worker" | "ingest";

const programOf = (name: ProgramName) => fileURLToPath(new URL(`../../src/${name}.js`, import.meta.url));
/** Those of `npm start` and the image. */
const NODE_FLAGS = ["--max-semi-space-size=32", "--heap-growing-percent=200"];
const START_LIMIT_MS = 60_000;

export type ServiceProcess = {
  pid: number;
  url: string;
  stdout(): string;
  /** Sends a signal, to the whole process group if so asked, as a terminal does on Ctrl-C. */
  signal(name: NodeJS.Signals, to?: "process" | "group"): void;
  /** The code it ends with; null when a signal ended it. */
  ended: Promise<number | null>;
};

/** The service as an operator runs it: as `npm start` does, with these settings alone. */
export async function startServiceProcess(settings: Record<string, string>, program: ProgramName = "main"): Promise<ServiceProcess> {
  const { child, output, ended } = spawnProgram(settings, program);
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not listening after ${START_LIMIT_MS / 1000} s: ${output.stderr}`)), START_LIMIT_MS);
    child.stdout?.on("data", () => {
      const found = /(?:listens on|health is at) (http:\/\/[^\s;/]+)/.exec(output.stdout)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    void ended.then((code) => reject(new Error(`it ended with ${code}: ${output.stderr}`)));
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    url,
    stdout: () => output.stdout,
    signal: (name, to = "process") => process.kill(to === "group" ? -pid : pid, name),
    ended,
  };
}

/** For a service that is expected not to start. */
export async function runServiceProcess(
  settings: Record<string, string>,
  program: ProgramName = "main",
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { output, ended } = spawnProgram(settings, program);
  return { code: await ended, ...output };
}

function spawnProgram(
  settings: Record<string, string>,
  program: ProgramName,
): {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  ended: Promise<number | null>;
} {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, PORT: "0", LOG_LEVEL: "warn", ...settings };
  const child = spawn(process.execPath, [...NODE_FLAGS, programOf(program)], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  return { child, output, ended: once(child, "close").then(([code]) => code as number | null) };
}
