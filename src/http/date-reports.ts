import type { FastifyInstance, preHandlerAsyncHookHandler } from "fastify";

export const AS_OF_HEADER = "Loyalty-As-Of";

/** Lets each report that is added from here on say how far it goes. Asked before the report reads, so that it never says too much. */
export function dateReports(app: FastifyInstance, readAsOf: () => Promise<Date | null>): void {
  const dateReport: preHandlerAsyncHookHandler = async (_request, reply) => {
    const asOf = await readAsOf();
    if (asOf !== null) reply.header(AS_OF_HEADER, asOf.toISOString());
  };
  app.addHook("onRoute", (route) => {
    if (route.config?.isReport) route.preHandler = [route.preHandler ?? [], dateReport].flat();
  });
}
