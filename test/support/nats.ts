import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { startProgram } from "./start-program.ts";

const PROGRAM = "nats-server";

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
  const start = () =>
    startProgram(PROGRAM, ["-js", "-sd", folder, "-a", "127.0.0.1", "-p", String(port)], { on: "stderr", says: "Server is ready" });
  let server = await start();
  const kill = () => {
    server.child.kill("SIGKILL");
    return server.ended;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    async restart() {
      server = await start();
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
