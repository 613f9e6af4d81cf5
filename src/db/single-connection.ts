import pg from "pg";

/**
 * A connection by itself, not connected yet. One that breaks fails the query that it ends, or the next one; without a listener it would end
 * the process as well.
 */
export function singleConnection(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client(config);
  client.on("error", () => undefined);
  return client;
}
