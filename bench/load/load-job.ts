/** Which requests are made. Members are random ones of so many, or always the same one. */
export type RequestMaker =
  | { kind: "order"; members: number /** All on this one. */; hot?: string }
  | {
      kind: "balance";
      members: number;
      isStrong: boolean /** Each was read before. */;
      areKnown: boolean /** One after the other. */;
      inTurn?: boolean;
    }
  | { kind: "quote"; members: number }
  /** One of each member in turn, from `from` on. */
  | { kind: "redemption"; reward: string; prefix: string; from: number };

/** How long the load goes on: seconds, or until so many were answered. */
export type LoadLength = { seconds: number } | { requests: number };

/** What the load process is asked for. */
export type LoadJob = LoadLength & {
  url: string;
  connections: number;
  headers: Record<string, string>;
  maker: RequestMaker;
  /** Requests a second that come whether or not those before them are answered; without it each connection sends the next at the answer. */
  perSecond?: number;
};

/** What was seen. Only answers of 2xx count; the milliseconds of arrivals begin when they were due. */
export type LoadResult = { perSecond: number; p50Ms: number; p99Ms: number; succeeded: number; failed: number; firstFailure?: string };
