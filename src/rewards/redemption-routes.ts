import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import type { Engine } from "../engine/commands.ts";
import { answerOf, createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { MemberParams } from "../members/schemas.ts";
import { readEntitlements, readRedemption, readRedemptions } from "./read-redemptions.ts";
import type { RedemptionView } from "./redemption.ts";
import {
  CancelRedemptionBody,
  MemberRedemptionsQuery,
  RedeemedSchema,
  RedeemRewardBody,
  RedemptionAnswerSchema,
  RedemptionPage,
  RedemptionParams,
  RedemptionSchema,
  RedemptionsQuery,
} from "./redemption-schemas.ts";
import { EntitlementsSchema } from "./schemas.ts";
import type { StoreCodes } from "./store-codes.ts";

const Position = z.strictObject({ redeemedAt: z.iso.datetime(), redemptionId: z.string() });

const pageOfRedemptions = (redemptions: RedemptionView[], limit: number) =>
  pageFrom(
    redemptions,
    limit,
    (redemption) => redemption,
    ({ redeemedAt, id }) => ({ redeemedAt, redemptionId: id }),
  );

export type RedemptionRoutesOptions = { engine: Engine; reads: ReadDeps; codes: StoreCodes };

/** Redeeming rewards, and what becomes of redemptions. */
export const redemptionRoutes: FastifyPluginAsyncZodOpenApi<RedemptionRoutesOptions> = async (app, { engine, reads, codes }) => {
  app.post(
    "/v1/members/:memberId/redemptions",
    {
      config: { scope: "rewards:write" },
      schema: operation({
        operationId: "redeemReward",
        tag: "rewards",
        summary: "Redeem a reward",
        description: `Takes the points of all wallets of the price, those first that expire first, with stock and limits: all of it or nothing.
Online a reward with \`fulfilment: at_once\` is \`fulfilled\` here. With \`confirm\`, and for the store, the redemption is \`issued\` and waits
until \`expiresAt\`. \`reward_unavailable\` says why, as in the list of what the member can redeem.`,
        params: MemberParams,
        body: RedeemRewardBody,
        response: { 200: RedeemedSchema, 201: RedeemedSchema },
        problems: ["member_not_found", "member_not_active", "id_reused", "reward_unavailable", "insufficient_points", "queue_full"],
      }),
    },
    async ({ program, params: { memberId }, body }, reply) => {
      const { id, reward, quantity, channel } = body;
      const { programId } = program;
      const code = channel === "store" ? codes.codeOf({ programId, memberId, redemptionId: id }) : null;
      const { result, replayed } = await engine.submit(program, {
        kind: "redeem_reward",
        memberId,
        redemptionId: id,
        hash: canonicalHash({ memberId, reward, quantity, channel }),
        reward,
        quantity,
        channel,
        codeHash: code === null ? null : codes.hashOf(programId, code),
      });
      return reply.code(createdStatus(reply, replayed)).send({ ...result, code });
    },
  );

  app.post(
    "/v1/redemptions/:redemptionId/fulfil",
    {
      config: { scope: "rewards:write" },
      schema: operation({
        operationId: "fulfilRedemption",
        tag: "rewards",
        summary: "Say that a redemption is fulfilled",
        description:
          "The shop has sent or handed over what it gives; a privilege or a tier begins now, coupons are given. It can no longer be cancelled, but for a privilege and for coupons that no order uses.",
        params: RedemptionParams,
        response: { 200: RedemptionAnswerSchema },
        problems: ["redemption_not_found", "redemption_not_open", "reward_unavailable", "queue_full"],
      }),
    },
    async ({ program, params: { redemptionId } }, reply) => {
      const { memberId } = await readRedemption(reads, program, redemptionId);
      const command = { kind: "fulfil_redemption", memberId, redemptionId, hash: canonicalHash({ fulfil: redemptionId }) } as const;
      return answerOf(reply, engine.submit(program, command));
    },
  );

  app.post(
    "/v1/redemptions/:redemptionId/cancel",
    {
      config: { scope: "rewards:write" },
      schema: operation({
        operationId: "cancelRedemption",
        tag: "rewards",
        summary: "Cancel a redemption",
        description: `Gives the points back to the very lots they came from, with stock and limits. A redemption that is fulfilled is refused with
\`redemption_not_open\`, but for a privilege, which ends, and for coupons, which are revoked unless an order uses one of them.`,
        params: RedemptionParams,
        body: CancelRedemptionBody,
        response: { 200: RedemptionAnswerSchema },
        problems: [
          "redemption_not_found",
          "id_reused",
          "redemption_not_open",
          "redemption_not_cancellable",
          "coupon_already_used",
          "queue_full",
        ],
      }),
    },
    async ({ program, params: { redemptionId }, body: { reason } }, reply) => {
      const { memberId } = await readRedemption(reads, program, redemptionId);
      const command = { kind: "cancel_redemption", memberId, redemptionId, hash: canonicalHash({ reason }), reason } as const;
      return answerOf(reply, engine.submit(program, command));
    },
  );

  app.get(
    "/v1/redemptions/:redemptionId",
    {
      config: { scope: "rewards:read" },
      schema: operation({
        operationId: "getRedemption",
        tag: "rewards",
        summary: "Read a redemption",
        description: "Its status, what was paid, and what became of it. The code for the store is not shown again.",
        params: RedemptionParams,
        response: { 200: RedemptionSchema },
        problems: ["redemption_not_found"],
      }),
    },
    async ({ program, params }) => readRedemption(reads, program, params.redemptionId),
  );

  app.get(
    "/v1/redemptions",
    {
      config: { scope: "rewards:read" },
      schema: operation({
        operationId: "listRedemptions",
        tag: "rewards",
        summary: "List redemptions",
        description: "Those of all members, newest first.",
        querystring: RedemptionsQuery,
        response: { 200: RedemptionPage },
      }),
    },
    async ({ program, query: { limit, cursor, reward, status } }) => {
      const before = decodeCursor(Position, cursor);
      return pageOfRedemptions(await readRedemptions(reads, program, { reward, status, before, limit: limit + 1 }), limit);
    },
  );

  app.get(
    "/v1/members/:memberId/redemptions",
    {
      config: { scope: "rewards:read" },
      schema: operation({
        operationId: "listMemberRedemptions",
        tag: "rewards",
        summary: "List a member's redemptions",
        description: "Newest first.",
        params: MemberParams,
        querystring: MemberRedemptionsQuery,
        response: { 200: RedemptionPage },
        problems: ["member_not_found"],
      }),
    },
    async ({ program, params: { memberId }, query: { limit, cursor, status } }) => {
      const before = decodeCursor(Position, cursor);
      return pageOfRedemptions(await readRedemptions(reads, program, { memberId, status, before, limit: limit + 1 }), limit);
    },
  );

  app.get(
    "/v1/members/:memberId/entitlements",
    {
      config: { scope: "rewards:read" },
      schema: operation({
        operationId: "listEntitlements",
        tag: "rewards",
        summary: "List a member's privileges",
        description: "Those of the tier and those redeemed, as they hold now; each says what gives it.",
        params: MemberParams,
        response: { 200: EntitlementsSchema },
        problems: ["member_not_found"],
      }),
    },
    async ({ program, params: { memberId } }) => readEntitlements(reads, program, memberId),
  );
};
