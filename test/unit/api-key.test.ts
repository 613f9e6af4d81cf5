import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hashApiKey, hintOf, looksLikeApiKey, makeApiKey } from "../../src/keys/api-key.ts";

test("a key is recognisable, fits a header, and no two are equal", () => {
  const keys = Array.from({ length: 200 }, () => makeApiKey(randomBytes));

  for (const key of keys) {
    expect(key).toMatch(/^loy_[0-9A-Za-z]{38}$/);
    expect(looksLikeApiKey(key)).toBe(true);
    expect(hashApiKey(key)).toHaveLength(32);
    expect(hintOf(key)).toBe(`loy_…${key.slice(-4)}`);
  }
  expect(new Set(keys).size).toBe(200);
});

test("bytes that would make some characters likelier are passed over", () => {
  const bytes = [Uint8Array.from({ length: 32 }, () => 255), Uint8Array.from({ length: 32 }, (_, index) => index)];
  expect(makeApiKey(() => bytes.shift() ?? new Uint8Array())).toMatch(/^loy_0123456789ABCDEFGHIJKLMNOPQRSTUV/);
});

test("a typing error is not a key", () => {
  const key = makeApiKey(randomBytes);
  const changed = key.slice(0, 10) + (key[10] === "a" ? "b" : "a") + key.slice(11);

  for (const text of [changed, key.slice(0, -1), `${key}a`, key.replace("loy_", "key_"), "", "loy_"])
    expect(looksLikeApiKey(text)).toBe(false);
});
