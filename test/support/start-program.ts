import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const START_LIMIT_MS = 10_000;

/** A server of this machine's path. Resolves when it says that it is ready, on the one output that is read of it. */
export async function startProgram(
  program: string,
  options: readonly string[],
  ready: { on: "stdout" | "stderr"; says: string },
): Promise<{ child: ChildProcess; ended: Promise<unknown> }> {
  const child = spawn(program, options, {
    stdio: ["ignore", ready.on === "stdout" ? "pipe" : "ignore", ready.on === "stderr" ? "pipe" : "ignore"],
    cwd: "/",
  });
  const ended = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} is not ready after ${START_LIMIT_MS / 1000} s`)), START_LIMIT_MS);
    child[ready.on]?.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes(ready.says)) return;
      clearTimeout(timer);
      resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  return { child, ended };
}
