import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));

export type CliResult = { code: number | null; out: string; err: string };

/** Runs one command line of `loyalty` as a process of its own, with nothing of this one's environment but the path. */
export function runCli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env.PATH ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const result: CliResult = { code: null, out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      result.out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      result.err += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...result, code }));
  });
}
