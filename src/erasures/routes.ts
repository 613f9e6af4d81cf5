import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type { Engine } from "../engine/commands.ts";
import { answerOf } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { MemberParams } from "../members/schemas.ts";
import { EraseMemberBody, ErasureSchema } from "./schemas.ts";

export const erasureRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine }> = async (app, { engine }) => {
  app.post(
    "/v1/members/:memberId/erase",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "eraseMember",
        tag: "members",
        summary: "Erase a member",
        description: `Takes everything personal out, for good: the profile, attributes of orders and their lines, names of lines, data of events, the traces of
decisions, reasons and notes, lists. Ids, amounts, points and dates stay, so that the books still sum; the status is \`erased\`, and the member can do
nothing any more. Open holds are released. Who was merged into the member is erased with them. Erasing again answers the same. Who is in a household
leaves it first (\`pool_conflict\`).`,
        params: MemberParams,
        body: EraseMemberBody,
        response: { 200: ErasureSchema },
        problems: ["member_not_found", "pool_conflict", "queue_full"],
      }),
    },
    async ({ program, params: { memberId }, body: { points } }, reply) => {
      return answerOf(reply, engine.submit(program, { kind: "erase_member", memberId, points }));
    },
  );
};
