import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { singleConnection } from "../db/single-connection.ts";
import { operation } from "../http/operation.ts";
import type { Difference } from "./difference.ts";
import { VerificationQuery, VerificationSchema } from "./schemas.ts";
import type { VerifyOptions } from "./verify-program.ts";

const LISTED = 100;

/** `pool` says how to connect: a verification may take long and has a connection of its own, so that no read waits for it. */
export const verificationRoutes: FastifyPluginAsyncZodOpenApi<{ pool: pg.Pool }> = async (app, { pool }) => {
  let running: Promise<unknown> = Promise.resolve();

  async function verify(programId: number, chain: VerifyOptions["chain"]) {
    // Loaded by the first who asks: it knows every table, and a start does not need it.
    const { verifyProgram } = await import("./verify-program.ts");
    const client = singleConnection({ ...pool.options, application_name: "loyalty-verify" });
    const differences: Difference[] = [];
    await client.connect();
    try {
      const onDifference = (difference: Difference) => {
        if (differences.length < LISTED) differences.push(difference);
      };
      return { ...(await verifyProgram(client, programId, { onDifference, chain })), differences };
    } finally {
      await client.end();
    }
  }

  app.get(
    "/v1/verification",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "verifyProgram",
        tag: "service",
        summary: "Verify the ledger",
        description: `Recomputes every balance, lot, order, event and tier window of the program from the rows that prove them, in one snapshot, and
answers what differs. With \`chain\` it computes the hash chain over the entries too. Nothing is changed. It reads everything: one verification runs at a time, others wait for it.`,
        querystring: VerificationQuery,
        response: { 200: VerificationSchema },
        problems: ["program_not_found"],
      }),
    },
    async ({ program, query: { chain, head } }) => {
      const mine = running.then(() => verify(program.programId, chain || head !== undefined ? { head } : undefined));
      running = mine.catch(() => undefined); // the request that failed has answered why; the next one starts all the same
      return { program: program.id, ...(await mine) };
    },
  );
};
