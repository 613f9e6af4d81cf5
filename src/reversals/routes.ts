import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { canonicalHash } from "../core/canonical.ts";
import type { Engine } from "../engine/commands.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { callerId } from "../keys/schemas.ts";
import { EntryParams, ReversalSchema, ReverseEntryBody } from "./schemas.ts";

export const reversalRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine }> = async (app, { engine }) => {
  app.post(
    "/v1/members/:memberId/entries/:seq/reversal",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "reverseEntry",
        tag: "ledger",
        summary: "Reverse an entry by hand",
        description: `Undoes one movement of the ledger, once: a bought upgrade's price, a captured hold, an adjustment, the points of an event or of
an opening balance. What was spent goes back to the very lots it came from; what was given is taken back, from its own lot first. What is part of an
order, a redemption or a transfer is undone by what undoes that: \`entry_not_reversible\` names it in \`use\`. The tier and what an event used
of limits stay. The program's \`adjustments\` limit this as they limit adjustments. The same request again answers the first answer.`,
        params: EntryParams,
        body: ReverseEntryBody,
        response: { 200: ReversalSchema, 201: ReversalSchema },
        problems: [
          "member_not_found",
          "member_not_active",
          "entry_not_found",
          "entry_not_reversible",
          "entry_already_reversed",
          "adjustment_limit_exceeded",
          "insufficient_points",
          "queue_full",
        ],
      }),
    },
    async ({ program, actor: { keyId }, params: { memberId, seq }, body }, reply) => {
      const hash = canonicalHash({ memberId, seq, ...body });
      const command = { kind: "reverse_entry", memberId, seq, hash, ...body, keyId: callerId(keyId) } as const;
      const { result, replayed } = await engine.submit(program, command);
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );
};
