import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError, usageError } from "./exit.ts";
import { note } from "./output.ts";

/** Where requests go and as whom. `program` is sent with the root key; a program's own key needs none. */
export type Connection = { url: URL; key: string; program: string | undefined };

const DEFAULT_URL = "http://127.0.0.1:3000";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads LOYALTY_URL and LOYALTY_KEY. Without a key the root key of a service on this machine is used when its file can be read.
 * Errors: CliError that says what to set.
 */
export function readConnection(program: string | undefined, env: Environment = process.env): Connection {
  const given = env.LOYALTY_URL || DEFAULT_URL;
  const url = URL.parse(given.endsWith("/") ? given : `${given}/`);
  if (url === null || !["http:", "https:"].includes(url.protocol)) throw usageError(`LOYALTY_URL is not an http URL: ${given}`);
  return { url, key: env.LOYALTY_KEY || localRootKey(env), program };
}

function localRootKey(env: Environment): string {
  const file = join(env.DATA_DIR || ".data", "root-key");
  try {
    const key = readFileSync(file, "utf8").trim();
    note(`LOYALTY_KEY is not set: using the root key in ${file}`);
    return key;
  } catch (error) {
    throw new CliError(
      `no API key: set LOYALTY_KEY to a key of the program or to the root key (the service prints it at its first start and keeps it in ${file}, which cannot be read here)`,
      2,
      error,
    );
  }
}

/** The headers that every request carries. */
export function headersOf({ key, program }: Connection): Record<string, string> {
  return {
    authorization: `Bearer ${key}`,
    "user-agent": "loyalty-cli",
    ...(program === undefined ? {} : { "loyalty-program": program }),
  };
}
