/** What a process runs. */
export type Runs = {
  /** Answers where it listens. */
  listen(): Promise<string>;
  /** Finishes what is in flight, then gives everything back. */
  close(): Promise<void>;
  /** It may take so much longer to stop than SHUTDOWN_GRACE_SECONDS says. */
  extraGraceMs?: number;
};
