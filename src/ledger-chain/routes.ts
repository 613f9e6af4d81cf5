import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { inProgram } from "../db/transaction.ts";
import { operation } from "../http/operation.ts";
import { ChainHeadSchema, chainHeadView } from "./schemas.ts";
import { readChainHead } from "./store.ts";

export const ledgerChainRoutes: FastifyPluginAsyncZodOpenApi<{ pool: pg.Pool }> = async (app, { pool }) => {
  app.get(
    "/v1/ledger/chain/head",
    {
      config: { scope: "reports:read" },
      schema: operation({
        operationId: "getLedgerChainHead",
        tag: "ledger",
        summary: "Read the head of the ledger's hash chain",
        description: `The last block of the hash chain that is sealed over the program's ledger entries, some time after they were written. Keep it where nobody
who can change the database can reach it: a verification with \`head\` finds whether it is still part of the chain.`,
        response: { 200: ChainHeadSchema },
      }),
    },
    async ({ program: { programId, id } }) => chainHeadView(id, await inProgram(pool, programId, (tx) => readChainHead(tx, programId))),
  );
};
