import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "../../src/config.ts";

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "taken";
}

describe("readConfig", () => {
  test.each([
    ["BALANCE_NEAR_CACHE", { BALANCE_NEAR_CACHE: "true" }, "goes with REDIS_URL"],
    ["BALANCE_NEAR_CACHE", { BALANCE_NEAR_CACHE: "true", REDIS_URL: "redis://a", BALANCE_CACHE_SIZE: "0" }, "keeps nothing"],
    ["REDIS_CLUSTER", { REDIS_CLUSTER: "true" }, "goes with REDIS_URL"],
    ["BALANCE_NEAR_CACHE", { BALANCE_NEAR_CACHE: "true", REDIS_CLUSTER: "true", REDIS_URL: "redis://a" }, "needs one Redis"],
    ["an issuer", { OIDC_ISSUER: "https://people.example" }, "OIDC_ISSUER and OIDC_AUDIENCE go together"],
  ])("refuses %s without what it needs", (_, env, reason) => {
    expect(refusal(env)).toContain(reason);
  });

  test("needs nothing to be set", () => {
    expect(readConfig({})).toMatchObject({
      PORT: 3000,
      HOST: "127.0.0.1",
      DATA_DIR: ".data",
      LOG_LEVEL: "info",
      MAX_BATCH: 128,
      TRUST_PROXY: false,
    });
    expect(readConfig({})).not.toHaveProperty("DATABASE_URL");
  });

  test("takes what is set, and an empty text for not set", () => {
    const config = readConfig({ PORT: "0", DATABASE_URL: "postgres://u:p@db/shop", REDIS_URL: "", MAX_QUEUE: "10", PATH: "/bin" });

    expect(config).toMatchObject({ PORT: 0, DATABASE_URL: "postgres://u:p@db/shop", MAX_QUEUE: 10 });
    expect(config).not.toHaveProperty("REDIS_URL");
    expect(config).not.toHaveProperty("PATH");
  });

  test.each([
    ["true", true],
    ["false", false],
    ["2", 2],
    ["10.0.0.0/8,::1", "10.0.0.0/8,::1"],
  ])("takes TRUST_PROXY=%s as Fastify does", (text, value) => {
    expect(readConfig({ TRUST_PROXY: text }).TRUST_PROXY).toBe(value);
  });

  test.each([
    [{ PORT: "http" }, "PORT must be a whole number"],
    [{ PORT: "70000" }, "PORT must be 65535 or less"],
    [{ PORT: "3e3" }, "PORT must be a whole number"],
    [{ MAX_BATCH: "0" }, "MAX_BATCH must be 1 or more"],
    [{ DATABASE_URL: "mysql://db" }, "DATABASE_URL must be a URL that starts with postgres:// or postgresql://"],
    [{ REDIS_URL: "localhost:6379" }, "REDIS_URL must be a URL that starts with redis:// or rediss://"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent"],
    [{ LOYALTY_ROOT_KEY: "short" }, "LOYALTY_ROOT_KEY must have 24 to 200 visible characters"],
    [{ TRUST_PROXY: "maybe" }, "TRUST_PROXY must be true, false, a number of proxies or a list of addresses"],
    [{ BALANCE_CACHE_TTL_SECONDS: "61" }, "BALANCE_CACHE_TTL_SECONDS must be 60 or less"],
    [{ LOYALTY_ROOTKEY: "loy_root_x" }, "LOYALTY_ROOTKEY is not a setting of this service (see .env.example)"],
  ])("refuses %j in one line that names the variable", (env, message) => {
    expect(refusal(env)).toBe(message);
  });

  test("names every wrong setting, and never the value of a secret", () => {
    const message = refusal({ PORT: "x", LOYALTY_ROOT_KEY: "my-secret" });

    expect(message).toBe("PORT must be a whole number; LOYALTY_ROOT_KEY must have 24 to 200 visible characters");
  });

  test("leaves the client's own variables alone", () => {
    expect(refusal({ LOYALTY_URL: "http://127.0.0.1:3000", LOYALTY_KEY: "k" })).toBe("taken");
  });
});
