import { startTcpProxy, type Tap, type TcpProxy, type Wire } from "./tcp-proxy.ts";

/** Lost with the answer of the commit (which took effect), or before Postgres has seen it (and rolls back). */
export type Cut = "after" | "before";

export type CommitCutter = TcpProxy & {
  /** The next commits of the named pool lose their connection. */
  cut(where: Cut, commits: number): void;
  /** Commits that lost their connection so far. */
  cuts(): number;
};

/** `Q`, the length, and the statement: how Postgres is told to commit. */
const COMMIT = Buffer.from("Q\0\0\0\x0bcommit\0", "latin1");
/** How Postgres says that it has. */
const COMMITTED = Buffer.from("COMMIT\0", "latin1");

/** A proxy before Postgres that loses connections of the pool named `poolName` exactly at COMMIT. */
export async function startCommitCutter(databaseUrl: string, poolName: string): Promise<CommitCutter> {
  let plan: { where: Cut; left: number } = { where: "after", left: 0 };
  let cuts = 0;

  const cutter = ({ client, server }: Wire): Tap => {
    let isWatched: boolean | undefined;
    let tail = Buffer.alloc(0);
    let isCut = false;
    return {
      keepsServer: () => isCut,
      toServer(chunk) {
        // The first message names the pool.
        isWatched ??= chunk.includes(`application_name\0${poolName}\0`);
        const seen = Buffer.concat([tail, chunk]);
        const at = isWatched && plan.left > 0 ? seen.indexOf(COMMIT) : -1;
        tail = seen.subarray(-(COMMIT.length - 1));
        if (at === -1) return chunk;
        plan.left -= 1;
        cuts += 1;
        isCut = true;
        client.destroy();
        if (plan.where === "after") return chunk;
        server.end(chunk.subarray(0, Math.max(0, at - (seen.length - chunk.length))));
        return null;
      },
      toClient(chunk) {
        if (!isCut) return chunk;
        if (chunk.includes(COMMITTED)) server.destroy();
        return null;
      },
    };
  };
  const proxy = await startTcpProxy(databaseUrl, cutter);
  return {
    ...proxy,
    cut: (where, commits) => {
      plan = { where, left: commits };
    },
    cuts: () => cuts,
  };
}
