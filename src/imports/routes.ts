import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type pg from "pg";
import { requireUnlimitedKey } from "../adjustments/limits.ts";
import { insertAudit } from "../audit/store.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { NDJSON, toLines } from "../http/ndjson.ts";
import { operation } from "../http/operation.ts";
import { unpacked } from "../http/unpacked.ts";
import { callerId } from "../keys/schemas.ts";
import { countedImport, type ImportCounts } from "./counted-import.ts";
import { runImport } from "./run-import.ts";
import { runLine } from "./run-line.ts";
import { ImportLine, ImportResult } from "./schemas.ts";

export type ImportRoutesOptions = {
  engine: Engine;
  /** Where beginning and end of an import are audited. */
  pool: pg.Pool;
  /** Most lines of one import that are worked on at once. */
  window: number;
};

export async function importRoutes(app: FastifyInstance, { engine, pool, window }: ImportRoutesOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(NDJSON, unpacked);

  app.post<{ Body: Readable }>(
    "/v1/import",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "importLines",
        tag: "imports",
        summary: "Import lines",
        description: `Takes newline-delimited JSON of any length, plain or with \`Content-Encoding: gzip\`, and answers a line for each line, in order,
while the body is still being sent. Each line is the body of the operation that it stands for, with its \`type\`. A line that is refused says
why and stops nothing else. Lines take effect in the order of the file for each member; a line that was imported before is a replay and changes
nothing, so an import that broke off is simply sent again. The audit says who began an import, and what became of its lines. A key with
\`pointsPerDay\` brings no opening balances.`,
        body: { content: { [NDJSON]: { schema: ImportLine } } },
        response: { 200: { description: "A line for each line", content: { [NDJSON]: { schema: ImportResult } } } },
      }),
    },
    async (request, reply) => {
      const defect = (error: unknown) => request.log.error({ err: error }, "unexpected error of an imported line");
      const { program, actor, id: requestId } = request;
      const origin = { actor: callerId(actor.keyId), requestId, action: "importLines" };
      const audit = (after: ImportCounts | null) =>
        inProgram(pool, program.programId, (tx) =>
          insertAudit(tx, program.programId, origin, { targetKind: "import", target: requestId, after }),
        );
      await audit(null);
      const run = async (line: ImportLine, queued: () => void) => {
        if (line.type === "openingBalance") requireUnlimitedKey(actor.terms.pointsPerDay);
        return runLine(engine, program, line, queued);
      };
      const results = runImport(request.body, { run, window, defect });
      return reply.type(NDJSON).send(Readable.from(toLines(countedImport(results, audit))));
    },
  );
}
