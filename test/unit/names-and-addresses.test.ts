import { expect, test } from "vitest";
import { camelCase, camelCaseKeys } from "../../src/core/camel-case.ts";
import { isTrustworthy } from "../../src/core/trustworthy-url.ts";

test("names of columns in the API", () => {
  expect(camelCase("next_change_at")).toBe("nextChangeAt");
  expect(camelCaseKeys({ source_id: "a_b", seq: { n_n: 1 } })).toEqual({ sourceId: "a_b", seq: { n_n: 1 } });
});

test.each([
  ["https://example.com/keys", true],
  ["http://localhost:8080/keys", true],
  ["http://127.0.0.1/keys", true],
  ["http://[::1]/keys", true],
  ["http://example.com/keys", false],
  ["ftp://localhost/keys", false],
  ["no url", false],
])("what %s answers can be trusted: %s", (url, trusted) => {
  expect(isTrustworthy(url)).toBe(trusted);
});
