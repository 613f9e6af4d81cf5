import { expect, test } from "vitest";
import { AddressList, readRange } from "../../src/keys/addresses.ts";
import { type KeyTerms, NO_TERMS, rangesOf, requireLendsNoPoints, requireWithin } from "../../src/keys/terms.ts";

const listOf = (...ranges: string[]) => new AddressList(rangesOf(ranges));

test.each([
  ["10.0.0.0/8", "10.255.255.255", "11.0.0.0"],
  ["10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"],
  ["10.0.0.0/8", "::ffff:a01:203", "::ffff:b01:203"],
  ["192.0.2.7", "192.0.2.7", "192.0.2.8"],
  ["2001:db8::/32", "2001:DB8:ffff::1", "2001:db9::1"],
  ["2001:db8::1", "2001:db8:0:0::1", "2001:db8::2"],
  ["0.0.0.0/0", "203.0.113.9", "2001:db8::1"],
  ["::/0", "2001:db8::1", "203.0.113.9"],
  ["::/0", "::1", "::ffff:203.0.113.9"],
])("%s holds %s and not %s", (range, inside, outside) => {
  expect(listOf(range).has(inside)).toBe(true);
  expect(listOf(range).has(outside)).toBe(false);
});

test.each(["10.0.0.0/33", "2001:db8::/129", "10.0.0", "10.0.0.0/", "10.0.0.0/-1", "fe80::1%eth0", "::ffff:10.0.0.1", "shop.example", ""])(
  "%j is no range",
  (text) => expect(readRange(text)).toBeUndefined(),
);

const scopes = new Set(["admin"] as const);
const given = (terms: Partial<KeyTerms>) => ({ scopes, terms: { ...NO_TERMS, ...terms } });
const noon = new Date("2026-03-01T12:00:00Z");
const morning = new Date("2026-03-01T06:00:00Z");

test("a key without bounds gives any, and a bounded one gives no more than it has", () => {
  const own = given({ expiresAt: noon, allowedIps: ["10.0.0.0/8", "2001:db8::/32"], rateLimit: 60, concurrency: 2 });
  const within = { expiresAt: noon, allowedIps: ["10.1.0.0/16", "10.0.0.0/8", "2001:db8::7"], rateLimit: 60, concurrency: 1 };

  expect(() => requireWithin(given({}), given({}))).not.toThrow();
  expect(() => requireWithin(given({}), given(within))).not.toThrow();
  expect(() => requireWithin(own, given(within))).not.toThrow();
  expect(() => requireWithin(given({ expiresAt: morning }), given({ expiresAt: noon }))).toThrow(/more than it has/);
});

test.each<[string, Partial<KeyTerms>]>([
  ["/expiresAt", { expiresAt: null, allowedIps: ["10.0.0.0/8"] }],
  ["/expiresAt", { expiresAt: new Date("2026-03-01T12:00:00.001Z"), allowedIps: ["10.0.0.0/8"] }],
  ["/allowedIps", { expiresAt: noon, allowedIps: null }],
  ["/allowedIps", { expiresAt: noon, allowedIps: ["10.0.0.0/7"] }],
  ["/allowedIps", { expiresAt: noon, allowedIps: ["10.0.0.0/8", "192.0.2.1"] }],
  ["/allowedIps", { expiresAt: noon, allowedIps: ["::/0"] }],
  ["/rateLimit", { expiresAt: noon, allowedIps: ["10.0.0.0/8"], rateLimit: 61, concurrency: 2 }],
  ["/concurrency", { expiresAt: noon, allowedIps: ["10.0.0.0/8"], rateLimit: 60 }],
])("%s of %j goes beyond", (pointer, terms) => {
  const own = given({ expiresAt: noon, allowedIps: ["10.0.0.0/8"], rateLimit: 60, concurrency: 2 });

  expect(() => requireWithin(own, given(terms))).toThrow(
    expect.objectContaining({ code: "beyond_own_key", errors: [expect.objectContaining({ pointer })] }),
  );
});

test("scopes are bounds too", () => {
  const reader = { scopes: new Set(["members:read"] as const), terms: NO_TERMS };

  expect(() => requireWithin(reader, reader)).not.toThrow();
  expect(() => requireWithin(reader, given({}))).toThrow(
    expect.objectContaining({ code: "beyond_own_key", errors: [expect.objectContaining({ pointer: "/scopes" })] }),
  );
});

test("who has so many points a day gives no more, and lends the giving of points to nobody", () => {
  const own = given({ pointsPerDay: 100 });

  expect(() => requireWithin(own, given({ pointsPerDay: 100 }))).not.toThrow();
  expect(() => requireWithin(own, given({ pointsPerDay: 101 }))).toThrow(expect.objectContaining({ code: "beyond_own_key" }));
  expect(() => requireLendsNoPoints(own, ["members:read", "orders:write"])).not.toThrow();
  expect(() => requireLendsNoPoints(given({}), ["admin"])).not.toThrow();
  for (const scope of ["points:write", "admin"] as const)
    expect(() => requireLendsNoPoints(own, ["members:read", scope])).toThrow(
      expect.objectContaining({ code: "beyond_own_key", errors: [expect.objectContaining({ pointer: "/scopes" })] }),
    );
});
