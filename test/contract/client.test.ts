import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateOpenApi } from "../../src/describe-api.ts";
import { startTestService, type TestService } from "../support/service.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = new URL("client-program.txt", import.meta.url);

let loyalty: TestService;
let folder: string;
beforeAll(async () => {
  loyalty = await startTestService();
  folder = await mkdtemp(join(tmpdir(), "loyalty-client-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await loyalty.close();
});

test("a client generated from the document compiles, and works against the service", { timeout: 120_000 }, async () => {
  const { key } = await loyalty.createProgram("retail-gbp");
  const url = await loyalty.listen();
  // Fields with a default may be left out of a body.
  const types = await openapiTS((await generateOpenApi()) as OpenAPI3, { defaultNonNullable: false });
  const compilerOptions = {
    target: "es2024",
    module: "nodenext",
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: false,
    allowImportingTsExtensions: true,
    types: ["node"],
  };
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{"type": "module"}');
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["client.ts"] }));
  await writeFile(join(folder, "api.d.ts"), astToString(types));
  await copyFile(PROGRAM, join(folder, "client.ts"));

  const compiled = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder]).catch(
    (error: { stdout: string }) => error,
  );
  expect(compiled.stdout).toBe("");

  const { stdout } = await run(process.execPath, [join(folder, "client.ts"), url, key]);
  expect(JSON.parse(stdout)).toEqual({
    statuses: [201, 200, 200, 201, 201, 200, 404, 422],
    replayed: "true",
    quoted: 2500,
    placed: [{ wallet: "points", amount: 25 }],
    clawedBack: [{ wallet: "points", points: 13, debt: 0, writtenOff: 0 }],
    available: 12,
    codes: ["member_not_found", "currency_mismatch"],
  });
});
