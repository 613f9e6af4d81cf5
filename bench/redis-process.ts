import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

const START_LIMIT_MS = 10_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** A Redis of this run; undefined where none is installed. */
export async function startRedis(): Promise<{ url: string; name: string; pid: number; stop(): Promise<void> } | undefined> {
  const name = ["redis-server", "valkey-server"].find((program) => spawnSync(program, ["--version"]).status === 0);
  if (name === undefined) return undefined;
  const port = await freePort();
  const child = spawn(name, ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], {
    cwd: "/",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exit = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} is not ready after ${START_LIMIT_MS} ms`)), START_LIMIT_MS);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      if (!chunk.toString().includes("eady to accept connections")) return;
      clearTimeout(timer);
      resolve();
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await exit;
  };
  return { url: `redis://127.0.0.1:${port}`, name, pid: child.pid ?? 0, stop };
}
