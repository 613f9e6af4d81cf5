import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import { couponCodeView } from "../coupons/code-view.ts";
import { couponDefinition } from "../coupons/issue-coupon.ts";
import { inProgram } from "../db/transaction.ts";
import { prefers } from "../http/accepts.ts";
import { NDJSON, toLines } from "../http/ndjson.ts";
import { operation } from "../http/operation.ts";
import { unpacked } from "../http/unpacked.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { answerLines } from "./answer-lines.ts";
import { couponBatchView } from "./batch.ts";
import { type CodeLine, csvCode, ndjsonCode, readCodeLines, SentCode } from "./code-line.ts";
import { codesCsv } from "./codes-csv.ts";
import { importCodes, requireTakesCodes } from "./import-codes.ts";
import { sumUp } from "./imported-codes.ts";
import { readCodes, requireAllWritten } from "./read-codes.ts";
import { BatchParams, CodeAnswerSchema, CodesCsv, ImportedCodesSchema, SentCodesCsv } from "./schemas.ts";
import { findBatch } from "./store.ts";

const CSV = "text/csv";

type Params = z.output<typeof BatchParams>;

/** The codes of a batch as files: streams both ways, whatever their length. */
export async function couponBatchCodeRoutes(app: FastifyInstance, { reads }: { reads: ReadDeps }): Promise<void> {
  const { pool, programs } = reads;
  app.removeAllContentTypeParsers();
  for (const [type, readText] of [
    [CSV, csvCode],
    [NDJSON, ndjsonCode],
  ] as const) {
    app.addContentTypeParser(type, async (request: FastifyRequest, payload: Readable) =>
      // Whoever is refused in the middle is to read why: the connection stays.
      readCodeLines((await unpacked(request, payload)).iterator({ destroyOnReturn: false }), readText),
    );
  }

  app.get<{ Params: Params }>(
    "/v1/coupon-batches/:batchId/codes",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "exportCouponBatch",
        tag: "coupons",
        summary: "Export the codes of a batch",
        description: `All codes as CSV, in the order of their characters, each as it stands when its line is read. A stream: a million codes cost no more
memory than a few. While the batch is being written it is refused: half a file looks like a whole one.`,
        params: BatchParams,
        response: { 200: { description: "The codes", content: { [CSV]: { schema: CodesCsv } } } },
        problems: ["coupon_batch_not_found", "coupon_batch_unfinished"],
      }),
    },
    async ({ program: { programId }, params: { batchId } }, reply) => {
      requireAllWritten(await inProgram(pool, programId, (tx) => findBatch(tx, programId, batchId)));
      const pages = readCodes(pool, programId, batchId, (stored) => couponCodeView(stored, undefined, reads.now().getTime()));
      return reply.type(`${CSV}; charset=utf-8; header=present`).send(Readable.from(codesCsv(pages)));
    },
  );

  app.post<{ Params: Params; Body: AsyncIterable<CodeLine> | null | undefined }>(
    "/v1/coupon-batches/:batchId/codes",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "importCouponCodes",
        tag: "coupons",
        summary: "Import codes into a batch",
        description: `A shop's own codes as CSV or newline-delimited JSON of any length, plain or with \`Content-Encoding: gzip\`. A line that is refused stops
nothing else, and is told. A code that the batch has changes nothing, so a file that broke off is simply sent again. The answer sums up, with the
first hundred refused lines; with \`Accept: application/x-ndjson\` it is a line for each line that says something, in order, a thousand at a time while
the body is still being sent.`,
        params: BatchParams,
        body: { content: { [CSV]: { schema: SentCodesCsv }, [NDJSON]: { schema: SentCode } } },
        response: {
          200: {
            description: "What became of the lines",
            content: { "application/json": { schema: ImportedCodesSchema }, [NDJSON]: { schema: CodeAnswerSchema } },
          },
        },
        problems: ["coupon_batch_not_found", "coupon_batch_closed"],
      }),
    },
    async (request, reply) => {
      const { programId } = request.program;
      const { batchId } = request.params;
      await requireTakesCodes(pool, programId, batchId);
      const lines = request.body ?? Readable.from([]);
      const answers = importCodes(pool, programId, { batchId, lines, at: reads.now() });
      reply.header("vary", "accept");
      if (prefers(NDJSON, request.headers.accept)) {
        const defect = (error: unknown) => request.log.error({ err: error }, "unexpected error of imported codes");
        return reply.type(NDJSON).send(Readable.from(toLines(answerLines(answers, defect))));
      }
      const imported = await sumUp(answers);
      const batch = await inProgram(pool, programId, (tx) => findBatch(tx, programId, batchId));
      const program = await programs.current(programId);
      const view = couponBatchView(batch, couponDefinition({ program }, batch.coupon)?.label);
      return reply.type("application/json; charset=utf-8").send({ batch: view, ...imported });
    },
  );
}
