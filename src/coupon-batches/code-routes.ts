import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { couponCodeView } from "../coupons/code-view.ts";
import { couponDefinition } from "../coupons/issue-coupon.ts";
import { inProgram } from "../db/transaction.ts";
import { operation } from "../http/operation.ts";
import { unpacked } from "../http/unpacked.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { couponBatchView } from "./batch.ts";
import { codesCsv } from "./codes-csv.ts";
import { importCodes } from "./import-codes.ts";
import { readCodes, requireAllWritten } from "./read-codes.ts";
import { BatchParams, CodesCsv, ImportedCodesSchema, SentCodesCsv } from "./schemas.ts";
import { findBatch } from "./store.ts";

const CSV = "text/csv";

type Params = z.output<typeof BatchParams>;

/** The codes of a batch as files: streams both ways, whatever their length. */
export async function couponBatchCodeRoutes(app: FastifyInstance, { reads }: { reads: ReadDeps }): Promise<void> {
  const { pool, programs } = reads;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(CSV, unpacked);

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

  app.post<{ Params: Params; Body: Readable | null | undefined }>(
    "/v1/coupon-batches/:batchId/codes",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "importCouponCodes",
        tag: "coupons",
        summary: "Import codes into a batch",
        description: `A shop's own codes as CSV of any length, plain or with \`Content-Encoding: gzip\`. A line that is refused stops nothing else, and is told.
A code that the batch has changes nothing, so a file that broke off is simply sent again.`,
        params: BatchParams,
        body: { content: { [CSV]: { schema: SentCodesCsv } } },
        response: { 200: ImportedCodesSchema },
        problems: ["coupon_batch_not_found", "coupon_batch_closed"],
      }),
    },
    async ({ program: { programId }, params: { batchId }, body }) => {
      // Whoever is refused in the middle is to read why: the connection stays.
      const chunks = (body ?? Readable.from([])).iterator({ destroyOnReturn: false });
      const imported = await importCodes(pool, programId, { batchId, body: chunks, at: reads.now() });
      const batch = await inProgram(pool, programId, (tx) => findBatch(tx, programId, batchId));
      const program = await programs.current(programId);
      return { batch: couponBatchView(batch, couponDefinition({ program }, batch.coupon)?.label), ...imported };
    },
  );
}
