/** What the load process is asked for. */
export type LoadJob = {
  url: string;
  connections: number;
  seconds: number;
  kind: "order" | "balance";
  headers: Record<string, string>;
};

/** What it saw. Only answers of 2xx count. */
export type LoadResult = { perSecond: number; p50Ms: number; p99Ms: number; succeeded: number; failed: number };
