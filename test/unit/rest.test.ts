import { expect, test } from "vitest";
import { restAfter } from "../../src/jobs/rest.ts";

/** A timer may come so much early. */
const EARLY_MS = 1;

test("a job rests three times as long as it has worked", async () => {
  const startedAt = performance.now();

  await restAfter(20, new AbortController().signal);

  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(60 - EARLY_MS);
});

test("a service that stops does not wait for it", async () => {
  const stopping = new AbortController();
  const rest = restAfter(3_600_000, stopping.signal);

  stopping.abort();

  await expect(rest).resolves.toBeUndefined();
});
