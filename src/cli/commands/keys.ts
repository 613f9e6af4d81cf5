import type { Command } from "commander";
import { z } from "zod";
import { ApiKeyPage, CreatedKey } from "../../keys/schemas.ts";
import { SCOPES } from "../../keys/scopes.ts";
import { callApi } from "../api.ts";
import { readConnection } from "../connection.ts";
import { note, printLine } from "../output.ts";
import { pages } from "../pages.ts";

type OfProgram = { program?: string };

export function addKeys(loyalty: Command): void {
  const keys = loyalty.command("keys").description("API keys of a program");
  keys
    .command("create")
    .description("make a key; it is printed once and kept nowhere")
    .requiredOption("--name <name>", "what the key is for")
    .requiredOption("--scopes <scopes>", `what it may do, separated by commas: ${SCOPES.join(", ")}`, toList)
    .option("--program <id>", "the program, with the root key")
    .action(create);
  keys
    .command("list")
    .description("the program's keys, newest first")
    .option("--program <id>", "the program, with the root key")
    .action(list);
  keys
    .command("revoke")
    .description("refuse a key from now on, for good")
    .argument("<id>", "id of the key, such as key_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10")
    .option("--program <id>", "the program, with the root key")
    .action(revoke);
}

const toList = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** The key alone goes to standard output, so that a script can keep it. */
async function create({ name, scopes, program }: OfProgram & { name: string; scopes: string[] }): Promise<void> {
  const created = await callApi(readConnection(program), { method: "POST", path: "/v1/keys", body: { name, scopes } }, CreatedKey);
  note(`${created.id} "${created.name}" may ${created.scopes.join(", ")}; the key is shown this once:`);
  await printLine(created.key);
}

async function list({ program }: OfProgram): Promise<void> {
  const connection = readConnection(program);
  for await (const { data } of pages(connection, "/v1/keys", ApiKeyPage)) {
    for (const { id, hint, name, scopes, createdAt, revokedAt } of data) {
      const state = revokedAt === null ? "works" : `revoked ${revokedAt}`;
      await printLine([id, hint, name, scopes.join(","), createdAt, state].join("\t"));
    }
  }
}

async function revoke(id: string, { program }: OfProgram): Promise<void> {
  await callApi(readConnection(program), { method: "DELETE", path: `/v1/keys/${encodeURIComponent(id)}` }, z.undefined());
  await printLine(`${id} is revoked`);
}
