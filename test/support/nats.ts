import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const PROGRAM = "nats-server";
const START_LIMIT_MS = 10_000;

export const hasNats = (): boolean => spawnSync(PROGRAM, ["--version"]).status === 0;

export type NatsServer = {
  url: string;
  kill(): Promise<unknown>;
  /** Another one at the same address, with what the one before has stored. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** A NATS with JetStream of a test's own. */
export async function startNats(): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-nats-"));
  const port = await freePort();
  let server = await startProgram(folder, port);
  const kill = () => {
    server.child.kill("SIGKILL");
    return server.ended;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    async restart() {
      server = await startProgram(folder, port);
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startProgram(folder: string, port: number) {
  const child = spawn(PROGRAM, ["-js", "-sd", folder, "-a", "127.0.0.1", "-p", String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${PROGRAM} is not ready after ${START_LIMIT_MS / 1000} s`)), START_LIMIT_MS);
    child.stderr.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes("Server is ready")) return;
      clearTimeout(timer);
      resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${PROGRAM} ended with ${code}`)));
  });
  return { child, ended };
}
