import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Lost with the answer of the commit (which took effect), or before Postgres has seen it (and rolls back). */
export type Cut = "after" | "before";

export type CommitCutter = {
  /** The same database through the proxy. */
  url: string;
  /** The next commits of the named pool lose their connection. */
  cut(where: Cut, commits: number): void;
  /** Commits that lost their connection so far. */
  cuts(): number;
  close(): Promise<void>;
};

/** `Q`, the length, and the statement: how Postgres is told to commit. */
const COMMIT = Buffer.from("Q\0\0\0\x0bcommit\0", "latin1");
/** How Postgres says that it has. */
const COMMITTED = Buffer.from("COMMIT\0", "latin1");

/** A proxy before Postgres that loses connections of the pool named `poolName` exactly at COMMIT. */
export async function startCommitCutter(databaseUrl: string, poolName: string): Promise<CommitCutter> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let plan: { where: Cut; left: number } = { where: "after", left: 0 };
  let cuts = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const state = { isWatched: undefined as boolean | undefined, tail: Buffer.alloc(0), isCut: false };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy()).once("close", () => sockets.delete(socket));
    }
    client.once("close", () => {
      if (!state.isCut) upstream.destroy();
    });
    upstream.once("close", () => client.destroy());

    client.on("data", (chunk: Buffer) => {
      // The first message names the pool.
      state.isWatched ??= chunk.includes(`application_name\0${poolName}\0`);
      const seen = Buffer.concat([state.tail, chunk]);
      const at = state.isWatched && plan.left > 0 ? seen.indexOf(COMMIT) : -1;
      state.tail = seen.subarray(-(COMMIT.length - 1));
      if (at === -1) {
        upstream.write(chunk);
        return;
      }
      plan.left -= 1;
      cuts += 1;
      state.isCut = true;
      if (plan.where === "before") upstream.end(chunk.subarray(0, Math.max(0, at - (seen.length - chunk.length))));
      else upstream.write(chunk);
      client.destroy();
    });
    upstream.on("data", (chunk: Buffer) => {
      if (!state.isCut) client.write(chunk);
      else if (chunk.includes(COMMITTED)) upstream.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: (where, commits) => {
      plan = { where, left: commits };
    },
    cuts: () => cuts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
