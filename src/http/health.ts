import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { operation } from "./operation.ts";

/** One thing that the service needs. `check` throws when it is not there. */
export type ReadinessCheck = {
  name: string;
  /** Without it the service answers slower, but answers: `degraded` is still ready. */
  isOptional?: boolean;
  check(): Promise<void>;
};

const CHECK_TIMEOUT_MS = 2_000;

const Live = z
  .strictObject({ status: z.literal("live") })
  .meta({ id: "Liveness", description: "The process answers", example: { status: "live" } });

const Readiness = z
  .strictObject({
    status: z.enum(["ready", "degraded", "not_ready"]),
    checks: z.record(z.string(), z.enum(["ok", "failing", "shutting_down"])).meta({ description: "What the service needs, by name" }),
  })
  .meta({
    id: "Readiness",
    description: "Whether the service takes requests, and what is missing",
    example: { status: "ready", checks: { database: "ok", migrations: "ok", redis: "ok" } },
  });

async function passes({ check }: ReadinessCheck): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeout.resolve(false), CHECK_TIMEOUT_MS);
  const checked = check().then(
    () => true,
    // The reason may name hosts and users, so the answer says only that it fails.
    () => false,
  );
  try {
    return await Promise.race([checked, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

type ReadinessAnswer = z.infer<typeof Readiness>;

async function readiness(checks: readonly ReadinessCheck[], isClosing: boolean): Promise<ReadinessAnswer> {
  const passed = await Promise.all(checks.map(passes));
  const entries = checks.map(({ name }, index) => [name, passed[index] ? "ok" : "failing"] as const);
  const isReady = checks.every(({ isOptional }, index) => passed[index] || isOptional) && !isClosing;
  const status = !isReady ? "not_ready" : passed.every(Boolean) ? "ready" : "degraded";
  return { status, checks: { ...Object.fromEntries(entries), ...(isClosing ? { service: "shutting_down" as const } : {}) } };
}

export const healthRoutes: FastifyPluginAsyncZodOpenApi<{ checks: readonly ReadinessCheck[]; isClosing: () => boolean }> = async (
  app,
  { checks, isClosing },
) => {
  app.get(
    "/health/live",
    {
      config: { scope: "public" },
      logLevel: "warn",
      schema: operation({
        operationId: "getLiveness",
        tag: "service",
        summary: "Is the process alive",
        description: "Answers as long as the process can answer at all. Restart the process when it does not.",
        response: { 200: Live },
      }),
    },
    async () => ({ status: "live" as const }),
  );

  app.get(
    "/health/ready",
    {
      config: { scope: "public" },
      logLevel: "warn",
      schema: operation({
        operationId: "getReadiness",
        tag: "service",
        summary: "Does the service take requests",
        description: "200 while it does: `degraded` without something that only makes it faster, such as Redis. 503 names what is missing.",
        response: { 200: Readiness, 503: Readiness },
      }),
    },
    async (_request, reply) => {
      const answer = await readiness(checks, isClosing());
      return reply.code(answer.status === "not_ready" ? 503 : 200).send(answer);
    },
  );
};
