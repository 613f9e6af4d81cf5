import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { createdStatus, IdempotencyHeaders, requiredIdempotencyKeyOf } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { MemberParams } from "../members/schemas.ts";
import { findMember } from "../members/store.ts";
import { readCouponCode } from "./code.ts";
import { RevokeBody } from "./code-schemas.ts";
import { couponView } from "./coupon-view.ts";
import { IssueCouponBody, MemberCouponPage, MemberCouponParams, MemberCouponSchema, RevokedMemberCouponSchema } from "./schemas.ts";
import { listCoupons } from "./store.ts";

/** Where a page of coupons ends. */
const Position = z.strictObject({ issuedAt: z.int(), code: z.string() });

export const couponRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine; reads: ReadDeps }> = async (app, { engine, reads }) => {
  app.post(
    "/v1/members/:memberId/coupons",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "issueCoupon",
        tag: "coupons",
        summary: "Give a member a coupon by hand",
        description: `Makes a coupon of the program for the member, with a code of its own, and announces it with \`coupon.granted\`. Needs
the header \`Idempotency-Key\`: the same key with the same body answers the same coupon again.`,
        headers: IdempotencyHeaders,
        params: MemberParams,
        body: IssueCouponBody,
        response: { 200: MemberCouponSchema, 201: MemberCouponSchema },
        problems: [
          "idempotency_key_required",
          "member_not_found",
          "member_not_active",
          "coupon_over",
          "idempotency_key_reused",
          "queue_full",
        ],
      }),
    },
    async (request, reply) => {
      const { memberId } = request.params;
      const key = requiredIdempotencyKeyOf(request.headers, "issueCoupon", { memberId, ...request.body });
      const { result, replayed } = await engine.submit(request.program, { kind: "issue_coupon", memberId, ...request.body, key });
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );

  app.post(
    "/v1/members/:memberId/coupons/:code/revoke",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "revokeMemberCoupon",
        tag: "coupons",
        summary: "Take a coupon of a member's back",
        description: `For good, and announced with \`coupon.revoked\`. An order that used it before keeps what it got. Sent again it changes nothing: the
first reason stays.`,
        params: MemberCouponParams,
        body: RevokeBody,
        response: { 200: RevokedMemberCouponSchema },
        problems: ["member_not_found", "coupon_not_found", "queue_full"],
      }),
    },
    async ({ program, params: { memberId, code: typed }, body }) => {
      // What can be no code of ours is no coupon of the member's either.
      const code = readCouponCode(typed) ?? typed;
      return (await engine.submit(program, { kind: "revoke_coupon", memberId, code, ...body })).result;
    },
  );

  app.get(
    "/v1/members/:memberId/coupons",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listMemberCoupons",
        tag: "coupons",
        summary: "List a member's coupons",
        description: "What the member was given, newest first, each with its code and whether it is valid now.",
        params: MemberParams,
        querystring: Page,
        response: { 200: MemberCouponPage },
        problems: ["member_not_found"],
      }),
    },
    async ({ program: { programId }, params, query: { limit, cursor } }) => {
      const after = decodeCursor(Position, cursor);
      const { definition } = await reads.programs.current(programId);
      const coupons = await inProgram(reads.pool, programId, async (tx) => {
        const { member_key: memberKey } = await findMember(tx, programId, params.memberId);
        return listCoupons(tx, programId, { memberKey, after, limit: limit + 1 });
      });
      const definitions = new Map((definition.coupons ?? []).map((coupon) => [coupon.id, coupon]));
      const now = reads.now().getTime();
      return pageFrom(
        coupons,
        limit,
        (coupon) => couponView(coupon, definitions.get(coupon.coupon), now),
        ({ issuedAt, code }) => ({ issuedAt, code }),
      );
    },
  );
};
