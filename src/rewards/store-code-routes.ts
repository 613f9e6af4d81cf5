import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { assert } from "../core/assert.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { WrongCodes } from "../core/wrong-codes.ts";
import type { Engine } from "../engine/commands.ts";
import { IdempotencyHeaders, idempotencyKeyOf, markReplay } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { readRedemptionOfCode } from "./read-redemptions.ts";
import { ConfirmedRedemptionSchema, ConfirmRedemptionBody } from "./redemption-schemas.ts";
import type { StoreCodes } from "./store-codes.ts";

export type StoreCodeRoutesOptions = { engine: Engine; reads: ReadDeps; codes: StoreCodes };

/** What a store's till may do, with a scope of its own. */
export const storeCodeRoutes: FastifyPluginAsyncZodOpenApi<StoreCodeRoutesOptions> = async (app, { engine, reads, codes }) => {
  const wrongCodes = new WrongCodes();

  app.post(
    "/v1/redemptions/confirm",
    {
      config: { scope: "rewards:confirm" },
      schema: operation({
        operationId: "confirmRedemption",
        tag: "rewards",
        summary: "Take the code of a redemption in a store",
        description: `A code is good once and for minutes: of two stores at once one gets it. With an Idempotency-Key a till that heard no answer may
ask again. A code that was typed wrong is refused at once by its check character (\`request_invalid\`); ten wrong ones in a minute make
the key wait (429 with Retry-After).`,
        headers: IdempotencyHeaders,
        body: ConfirmRedemptionBody,
        response: { 200: ConfirmedRedemptionSchema },
        problems: [
          "code_unknown",
          "code_used",
          "code_expired",
          "reward_unavailable",
          "idempotency_key_reused",
          "rate_limited",
          "queue_full",
        ],
      }),
    },
    async ({ program, actor, headers, body }, reply) => {
      const now = reads.now().getTime();
      const guarded = `${program.programId} ${actor.keyId}`;
      wrongCodes.requireFew(guarded, now);
      const codeHash = codes.hashOf(program.programId, body.code);
      if (codeHash === null) throw refuseField("request_invalid", "/code", "this is no code: a character is wrong or missing");

      const { id: redemptionId, memberId } = await readRedemptionOfCode(reads, program, codeHash).catch((error: unknown) => {
        if (error instanceof LoyaltyError && error.code === "code_unknown") wrongCodes.note(guarded, now);
        throw error;
      });
      const key = idempotencyKeyOf(headers, "confirmRedemption", { codeHash, store: body.store ?? null });
      const command = { kind: "confirm_redemption", memberId, redemptionId, store: body.store, key } as const;
      const { result, replayed } = await engine.submit(program, command);
      markReplay(reply, replayed);
      const { reward, quantity, gives, fulfilledAt, store } = result.redemption;
      assert(fulfilledAt, "a confirmed redemption is fulfilled");
      return { redemptionId, reward, quantity, gives, fulfilledAt, store };
    },
  );
};
