import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { huntRules } from "../../hunts/rules/hunt.ts";
import { HUNT_CLOCK, huntOverHttp } from "../../hunts/rules/over-http.ts";
import { startTestService, type TestService } from "../support/service.ts";

/** A small part of what `npm run verify:rules` does. */
describe("the rules under generated files and orders", () => {
  test("files, good and broken, are refused with place and reason, or decide every order without a flaw", () => {
    const { findings, files, accepted, decisions } = huntRules({ seed: 1, count: 40, orders: 400 });

    expect(findings).toEqual([]);
    expect(files).toBe(40);
    expect(decisions).toBeGreaterThanOrEqual(400);
    expect(accepted).toBeGreaterThan(15);
  });
});

describe("the service under generated files and orders", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: HUNT_CLOCK.toISOString() });
  });
  afterAll(() => loyalty.close());

  test("never answers with an error of its own, and orders returned whole leave no points", async () => {
    const asRoot = { key: loyalty.rootKey };
    const { findings, accepted, orders } = await huntOverHttp(
      (program, method, path, body) =>
        loyalty.request(method, path, {
          ...asRoot,
          headers: { "loyalty-program": program, "content-type": "application/json" },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      { seed: 1, count: 8, ordersPerFile: 6 },
    );

    expect(findings).toEqual([]);
    expect(accepted).toBeGreaterThan(2);
    expect(orders).toBeGreaterThan(10);
  });
});
