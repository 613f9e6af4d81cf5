import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { readSharedCode } from "./code.ts";
import { CodeParams, CodesQuery, CouponCodePage, CouponCodeSchema, CreateCodeBody, RevokeBody } from "./code-schemas.ts";
import { findCode, listCodes, revokeCode, type StoredCode } from "./code-store.ts";
import { type CouponCodeView, couponCodeView } from "./code-view.ts";
import { createCode } from "./create-code.ts";
import { couponDefinition } from "./issue-coupon.ts";

/** Where a page ends: its last code. */
const Position = z.string().regex(/^[A-Z0-9]{3,40}$/);

/** The code of a path as it is stored. */
function codeOf({ code: typed }: z.output<typeof CodeParams>): string {
  const code = readSharedCode(typed);
  if (code === null) throw refuseField("request_invalid", "/path/code", "this can be no code");
  return code;
}

export const couponCodeRoutes: FastifyPluginAsyncZodOpenApi<{ reads: ReadDeps }> = async (app, { reads }) => {
  const { pool, programs } = reads;

  /** How codes of a program are answered now. */
  async function viewIn(programId: number): Promise<(stored: StoredCode) => CouponCodeView> {
    const program = await programs.current(programId);
    const now = reads.now().getTime();
    return (stored) => couponCodeView(stored, couponDefinition({ program }, stored.coupon)?.label, now);
  }

  app.post(
    "/v1/coupon-codes",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "createCouponCode",
        tag: "coupons",
        summary: "Make a code that everybody may use",
        description: `Whoever names the code in a cart gets what its coupon gives, until it was used \`maxUses\` times: of any number of orders at once
exactly so many get it. Its terms stay as they are; a code can be revoked. Sent again it answers the code as it stands.`,
        body: CreateCodeBody,
        response: { 200: CouponCodeSchema, 201: CouponCodeSchema },
        problems: ["coupon_over", "id_reused"],
      }),
    },
    async ({ program: { programId }, body }, reply) => {
      const program = await programs.current(programId);
      const { stored, isReplay } = await createCode(pool, { programId, program }, body, reads.now().getTime());
      return reply.code(createdStatus(reply, isReplay)).send((await viewIn(programId))(stored));
    },
  );

  app.get(
    "/v1/coupon-codes",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "listCouponCodes",
        tag: "coupons",
        summary: "List codes that are not bound to a member",
        description:
          "In the order of their characters, each with how often it is used: those that were made by themselves, or those of a batch.",
        querystring: CodesQuery,
        response: { 200: CouponCodePage },
      }),
    },
    async ({ program: { programId }, query: { limit, cursor, batch, coupon } }) => {
      const after = decodeCursor(Position, cursor) ?? "";
      const codes = await inProgram(pool, programId, (tx) => listCodes(tx, programId, { batch, coupon, after, limit: limit + 1 }));
      return pageFrom(codes, limit, await viewIn(programId), ({ code }) => code);
    },
  );

  app.get(
    "/v1/coupon-codes/:code",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "getCouponCode",
        tag: "coupons",
        summary: "Read a code that is not bound to a member",
        description: "Its terms, and how often it is used.",
        params: CodeParams,
        response: { 200: CouponCodeSchema },
        problems: ["coupon_code_not_found"],
      }),
    },
    async ({ program: { programId }, params }) => {
      const code = codeOf(params);
      const stored = await inProgram(pool, programId, (tx) => findCode(tx, programId, code));
      if (stored === undefined) throw new LoyaltyError("coupon_code_not_found", { code });
      return (await viewIn(programId))(stored);
    },
  );

  app.post(
    "/v1/coupon-codes/:code/revoke",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "revokeCouponCode",
        tag: "coupons",
        summary: "Revoke a code that is not bound to a member",
        description: `From then on no cart can use it, whatever it was quoted; orders that use it keep what they got. Sent again it changes nothing: the
first reason stays.`,
        params: CodeParams,
        body: RevokeBody,
        response: { 200: CouponCodeSchema },
        problems: ["coupon_code_not_found"],
      }),
    },
    async ({ program: { programId }, params, body: { reason, actor } }) => {
      const code = codeOf(params);
      const stored = await inProgram(pool, programId, async (tx) => {
        await revokeCode(tx, programId, { code, reason, actor, at: reads.now().getTime() });
        return findCode(tx, programId, code);
      });
      if (stored === undefined) throw new LoyaltyError("coupon_code_not_found", { code });
      return (await viewIn(programId))(stored);
    },
  );
};
