import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Fastify from "fastify";
import { beforeAll, expect, test } from "vitest";
import { ERROR_CATALOGUE } from "../../src/core/errors.ts";
import { generateOpenApi } from "../../src/describe-api.ts";
import { collectOperations } from "../../src/http/operations.ts";
import { SCOPES } from "../../src/keys/scopes.ts";
import { type ApiDocument, type ApiOperation, exampleOf, operationsOf } from "./api-document.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** `root` is the operator's key, which no scope opens. */
const SCOPE = new RegExp(`^(?:${[...SCOPES, "root"].join("|")})$`);

let document: ApiDocument;
let operations: ApiOperation[];
beforeAll(async () => {
  document = (await generateOpenApi()) as ApiDocument;
  operations = operationsOf(document);
});

test("it lints without a warning", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "openapi-"));
  const file = join(folder, "openapi.json");
  await writeFile(file, JSON.stringify(document));

  const redocly = `${ROOT}node_modules/.bin/redocly`;
  const options = ["lint", file, "--config", `${ROOT}redocly.yaml`, "--format", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, [redocly, ...options], {
    env: { ...process.env, REDOCLY_TELEMETRY: "off" },
  }).catch(
    (error: { stdout: string }) => error, // ends with 1 when there are problems: they are what is looked at
  );
  await rm(folder, { recursive: true });

  const { problems } = JSON.parse(stdout) as { problems: { message: string; ruleId: string; location: { pointer?: string }[] }[] };
  expect(problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`)).toEqual([]);
});

test("every operation says what it is, and shows an example of what it takes and answers", () => {
  const tags = new Set(document.tags.map(({ name }) => name));
  const ids = operations.map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, object, body } of operations) {
    expect(object.summary, `${id}: summary`).toMatch(/\S/);
    expect(object.description, `${id}: description`).toMatch(/\S/);
    expect(
      object.tags?.filter((tag) => tags.has(tag)),
      `${id}: tag`,
    ).toHaveLength(1);
    if (body) expect(body.example, `${id}: example of the body`).toBeTruthy();
    for (const [status, { content = {} }] of Object.entries(object.responses)) {
      if (Number(status) >= 300) continue;
      for (const [type, media] of Object.entries(content))
        expect(exampleOf(document, media), `${id}: example of ${status} ${type}`).toBeTruthy();
    }
  }
});

test("every operation says which scope a key needs, or that it asks for none", () => {
  const open = operations.filter(({ object }) => object["x-required-scopes"]?.length === 0).map(({ id }) => id);

  expect(open.sort()).toEqual(["getLiveness", "getMetrics", "getOpenApi", "getReadiness"]);
  for (const { id, object, scope } of operations) {
    if (scope === undefined) expect([id, object.security]).toEqual([id, []]);
    else {
      const security = [{ apiKey: [] }, ...(scope === "root" ? [] : [{ personToken: [] }])];
      expect([id, object["x-required-scopes"], object.security]).toEqual([id, [expect.stringMatching(SCOPE)], security]);
    }
  }
});

test("a service with an operation that says no scope does not start", async () => {
  const app = Fastify();
  collectOperations(app);
  app.get(
    "/v1/forgotten",
    { schema: { operationId: "forgotten", summary: "s", description: "d", tags: ["t"], response: {} } },
    async () => 1,
  );

  await expect(app.ready()).rejects.toThrow("GET /v1/forgotten says which scope it demands");
});

test("every refusal stands under the status of its code", () => {
  for (const { id, object } of operations) {
    for (const [status, { content }] of Object.entries(object.responses)) {
      const codes = Object.keys(content?.["application/problem+json"]?.examples ?? {});
      for (const code of codes)
        expect([id, code, ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE].status]).toEqual([id, code, Number(status)]);
    }
  }
});

test("every route is an operation of the document", async () => {
  const { paths } = document;
  for (const path of [
    "/openapi.json",
    "/metrics",
    "/health/live",
    "/health/ready",
    "/v1/orders",
    "/v1/members",
    "/v1/import",
    "/v1/program",
  ]) {
    expect(Object.keys(paths)).toContain(path);
  }
});
