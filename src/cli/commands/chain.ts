import type { Command } from "commander";
import { ChainHeadSchema } from "../../ledger-chain/schemas.ts";
import { callApi } from "../api.ts";
import { readConnection } from "../connection.ts";
import { printLine } from "../output.ts";

export function addChain(loyalty: Command): void {
  loyalty
    .command("chain")
    .description("the hash chain over the ledger's entries")
    .command("head")
    .description("print its last block as JSON, to be kept elsewhere and given to verify --head")
    .option("--program <id>", "the program, with the root key")
    .action(printHead);
}

async function printHead({ program }: { program?: string }): Promise<void> {
  const head = await callApi(readConnection(program), { method: "GET", path: "/v1/ledger/chain/head" }, ChainHeadSchema);
  await printLine(JSON.stringify(head));
}
