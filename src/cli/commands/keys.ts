import type { Command } from "commander";
import { z } from "zod";
import { type ApiKey, ApiKeyPage, CreatedKey, RotatedKey } from "../../keys/schemas.ts";
import { SCOPES } from "../../keys/scopes.ts";
import { callApi } from "../api.ts";
import { readConnection } from "../connection.ts";
import { note, printLine } from "../output.ts";
import { pages } from "../pages.ts";

type OfProgram = { program?: string };
type Asked = OfProgram & {
  name: string;
  scopes: string[];
  expiresAt?: string;
  allowedIps?: string[];
  rateLimit?: number;
  concurrency?: number;
  pointsPerDay?: number;
};

const ID = "id of the key, such as key_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10";

export function addKeys(loyalty: Command): void {
  const keys = loyalty.command("keys").description("API keys of a program");
  keys
    .command("create")
    .description("make a key; it is printed once and kept nowhere")
    .requiredOption("--name <name>", "what the key is for")
    .requiredOption("--scopes <scopes>", `what it may do, separated by commas: ${SCOPES.join(", ")}`, toList)
    .option("--expires-at <time>", "from then on it is refused, such as 2027-03-01T00:00:00Z")
    .option("--allowed-ips <ranges>", "addresses that it may be used from, separated by commas, such as 192.0.2.0/24", toList)
    .option("--rate-limit <number>", "requests a minute", Number)
    .option("--concurrency <number>", "requests at a time", Number)
    .option("--points-per-day <number>", "points that it may give by hand on one day", Number)
    .option("--program <id>", "the program, with the root key")
    .action(create);
  keys
    .command("list")
    .description("the program's keys, newest first")
    .option("--program <id>", "the program, with the root key")
    .action(list);
  keys
    .command("rotate")
    .description("change a key for a new one, which is printed once")
    .argument("<id>", ID)
    .option("--overlap-seconds <number>", "for how long the former key still works; 0 where it has leaked (default: a day)", Number)
    .option("--program <id>", "the program, with the root key")
    .action(rotate);
  keys
    .command("revoke")
    .description("refuse a key from now on, for good")
    .argument("<id>", ID)
    .option("--program <id>", "the program, with the root key")
    .action(revoke);
}

const toList = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** The key alone goes to standard output, so that a script can keep it. */
async function create({ program, ...body }: Asked): Promise<void> {
  const created = await callApi(readConnection(program), { method: "POST", path: "/v1/keys", body }, CreatedKey);
  note(`${created.id} "${created.name}" may ${created.scopes.join(", ")}; the key is shown this once:`);
  await printLine(created.key);
}

async function list({ program }: OfProgram): Promise<void> {
  const connection = readConnection(program);
  for await (const { data } of pages(connection, "/v1/keys", ApiKeyPage)) {
    for (const key of data) {
      const { id, hint, name, scopes, createdAt, lastUsedAt } = key;
      await printLine([id, hint, name, scopes.join(","), createdAt, stateOf(key), lastUsedAt ?? "never used"].join("\t"));
    }
  }
}

function stateOf({ revokedAt, expiresAt }: z.infer<typeof ApiKey>): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`;
  return expiresAt === null ? "works" : `works until ${expiresAt}`;
}

/** The key alone goes to standard output, as with `create`. */
async function rotate(id: string, { program, ...body }: OfProgram & { overlapSeconds?: number }): Promise<void> {
  const path = `/v1/keys/${encodeURIComponent(id)}/rotate`;
  const { key, formerWorksUntil } = await callApi(readConnection(program), { method: "POST", path, body }, RotatedKey);
  note(`the former key of ${id} works until ${formerWorksUntil}; the new one is shown this once:`);
  await printLine(key);
}

async function revoke(id: string, { program }: OfProgram): Promise<void> {
  await callApi(readConnection(program), { method: "DELETE", path: `/v1/keys/${encodeURIComponent(id)}` }, z.undefined());
  await printLine(`${id} is revoked`);
}
