import { afterAll, beforeAll, expect, test } from "vitest";
import { huntRequests } from "../../hunts/requests/hunt-requests.ts";
import { HUNTED_PROGRAM } from "../../hunts/requests/hunted-program.ts";
import { startTestService, type TestService } from "../support/service.ts";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-10-01T00:00:00Z" });
});
afterAll(() => loyalty.close());

/** A small part of what `npm run verify:requests` does. */
test("generated requests, good, broken and hostile, are answered as the document says and leave a sound ledger", {
  timeout: 120_000,
}, async () => {
  const root = { authorization: `Bearer ${loyalty.rootKey}`, "loyalty-program": HUNTED_PROGRAM.id };

  const { findings, succeeded, sent } = await huntRequests(
    async ({ method, path, headers, body }) => {
      const answer = await loyalty.inside.app.inject({
        method: method as "GET",
        url: path,
        headers: { ...root, ...headers },
        ...(body !== undefined && { payload: body }),
      });
      return { status: answer.statusCode, type: String(answer.headers["content-type"] ?? "").split(";")[0] ?? "", text: answer.body };
    },
    { seed: 1, count: 250, atOnce: 8 },
  );

  expect(findings).toEqual([]);
  expect(sent.hostile).toBeGreaterThan(20);
  expect(succeeded.size).toBeGreaterThan(30);
});
