import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert } from "../../src/core/assert.ts";
import { generateOpenApi } from "../../src/describe-api.ts";
import { makeApiKey } from "../../src/keys/api-key.ts";
import { SCOPES } from "../../src/keys/scopes.ts";
import { type ApiDocument, type ApiOperation, callOf, operationsOf } from "../contract/api-document.ts";
import type { ApiAnswer } from "../support/api-client.ts";
import { databaseState } from "../support/database-state.ts";
import { type NamedPlace, namedPlacesOf } from "../support/named-places.ts";
import { createNamedWorld, type MadeNames, secretOf } from "../support/named-world.ts";
import { startTestService, type TestService } from "../support/service.ts";

// Every operation of the document is asked by every caller that may not, and with another program's name in every place that takes
// one. A new operation is asked by itself; it needs an entry here only where the service makes its ids.

const document = (await generateOpenApi()) as ApiDocument;
const operations = operationsOf(document).filter(({ scope }) => scope !== undefined);

/** Ids of two programs and of everything in them, and an id of nothing: as long, so that no length tells them apart. */
const FIRST = "of-first";
const OTHER = "of-other";
const NOTHING = "of-no-one";
const UNKNOWN_UUID = "00000000-0000-7000-8000-000000000000";

type Answer = ApiAnswer<Record<string, unknown>>;
type Names = { first: string; unknown: string };

/** Names that are numbers or made by the service. All other places take an id of the caller's. */
const MADE: Record<string, (names: MadeNames) => Names> = {
  "path id": ({ keyId }) => ({ first: keyId, unknown: `key_${UNKNOWN_UUID}` }),
  "path webhookId": ({ webhookId }) => ({ first: webhookId, unknown: `hook_${UNKNOWN_UUID}` }),
  "path feedEventId": ({ feedEventId }) => ({ first: feedEventId, unknown: "evt_zz_1_0" }),
  "path version": () => ({ first: "3", unknown: "9" }),
  "query to": () => ({ first: "3", unknown: "9" }),
};

let loyalty: TestService;
let first: MadeNames;
let other: MadeNames;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-06-01T00:00:00Z" });
  first = await createNamedWorld(loyalty, FIRST, { versions: 3 });
  other = await createNamedWorld(loyalty, OTHER);
});
afterAll(() => loyalty.close());

const withoutRequestId = ({ requestId: _own, ...body }: Record<string, unknown>) => body;

describe("a caller without the right to an operation", () => {
  const keys: Record<string, string> = {};
  const keyOf = (caller: string): string => {
    const key = keys[caller];
    assert(key, `${caller} has a key`);
    return key;
  };
  beforeAll(async () => {
    const make = async (scope: string, terms: object = {}) => {
      const body = { name: "a key", scopes: [scope], ...terms };
      return (await loyalty.expectStatus<{ id: string; key: string }>(201, "POST", "/v1/keys", { key: first.key, body })).body;
    };
    for (const scope of SCOPES) keys[scope] = (await make(scope)).key;
    keys.elsewhere = (await make("admin", { allowedIps: ["192.0.2.0/24"] })).key;
    keys.expired = (await make("admin", { expiresAt: "2026-06-01T01:00:00Z" })).key;
    loyalty.clock.set("2026-06-01T01:00:00Z");
    const revoked = await make("admin");
    keys.revoked = revoked.key;
    await loyalty.expectStatus(204, "DELETE", `/v1/keys/${revoked.id}`, { key: first.key });
    const unknown = makeApiKey(randomBytes);
    keys.unknown = unknown;
    keys.checksum = `${unknown.slice(0, -1)}${unknown.endsWith("0") ? "1" : "0"}`;
  });

  const ask = (operation: ApiOperation, key: string | null, headers: Record<string, string> = {}) => {
    const { method, path, request } = callOf(operation, { memberId: FIRST });
    return loyalty.request(method, path, { ...request, key, headers: { ...request.headers, ...headers } });
  };

  test("is answered the same 401 everywhere, whatever is wrong with the key, and changes nothing", async () => {
    const before = await databaseState(loyalty.database);
    const bad: Record<string, [string | null, Record<string, string>?]> = {
      "no key": [null],
      "another scheme": [null, { authorization: "Basic cm9vdDo=" }],
      "no key's shape": ["secret"],
      "a wrong checksum": [keyOf("checksum")],
      "a key of nobody": [keyOf("unknown")],
      "a revoked key": [keyOf("revoked")],
      "an expired key": [keyOf("expired")],
    };

    const answers = new Map<string, string[]>();
    for (const operation of operations) {
      for (const [caller, [key, headers]] of Object.entries(bad)) {
        const { status, body, headers: answered } = await ask(operation, key, headers);
        const told = JSON.stringify([status, answered["www-authenticate"], withoutRequestId(body)]);
        answers.set(told, [...(answers.get(told) ?? []), `${operation.id} with ${caller}`]);
      }
    }

    expect([...answers.keys()]).toEqual([expect.stringMatching(/^\[401,"Bearer realm=\\"loyalty\\"",.*"code":"unauthenticated"/)]);
    expect([...answers.values()].flat()).toHaveLength(operations.length * Object.keys(bad).length);
    expect(await databaseState(loyalty.database)).toEqual(before);
  });

  test("is told which scope each other key lacks, and changes nothing", async () => {
    const before = await databaseState(loyalty.database);

    for (const operation of operations) {
      const wrong = SCOPES.filter((scope) => operation.scope === "root" || (scope !== operation.scope && scope !== "admin"));
      for (const scope of wrong) {
        const { status, body } = await ask(operation, keyOf(scope));
        const lacks =
          operation.scope === "root" ? { code: "root_key_required" } : { code: "scope_missing", details: { scope: operation.scope } };
        expect([operation.id, scope, status, body]).toEqual([operation.id, scope, 403, expect.objectContaining(lacks)]);
      }
    }
    expect(await databaseState(loyalty.database)).toEqual(before);
  });

  test("is refused at an address that its key is not bound to, and changes nothing", async () => {
    const before = await databaseState(loyalty.database);

    for (const operation of operations) {
      const { status, body } = await ask(operation, keyOf("elsewhere"));
      expect([operation.id, status, body]).toEqual([operation.id, 403, expect.objectContaining({ code: "ip_not_allowed" })]);
    }
    expect(await databaseState(loyalty.database)).toEqual(before);
  });

  test("opens no other program by naming it", async () => {
    const before = await databaseState(loyalty.database);

    for (const operation of operations.filter(({ scope }) => scope !== "root")) {
      const [named, nothing] = [
        await ask(operation, other.key, { "loyalty-program": FIRST }),
        await ask(operation, other.key, { "loyalty-program": NOTHING }),
      ];
      expect([operation.id, named.status, named.body]).toEqual([operation.id, 404, expect.objectContaining({ code: "program_not_found" })]);
      expect(withoutRequestId(named.body)).toEqual(withoutRequestId(nothing.body));
    }
    expect(await databaseState(loyalty.database)).toEqual(before);
  });
});

describe("with another program's key", () => {
  let count = 0;
  const fresh = () => `new-${++count}`;

  /** What names something; for those that name nothing, the request itself. */
  function placesOf(operation: ApiOperation): NamedPlace[] {
    const made = { id: other.keyId, webhookId: other.webhookId, version: "1", to: "1", seq: "1", month: "2026-02", position: "1" };
    const places = namedPlacesOf(document, operation, { own: OTHER, made, fresh });
    // What a program's file names stands in the same file.
    if (operation.id === "putProgram") return places.filter(({ isNew }) => isNew);
    return places.length > 0 ? places : [{ at: "nothing", isNew: false, request: () => ({ path: operation.path }) }];
  }

  async function ask(operation: ApiOperation, place: NamedPlace, name: string, key: string): Promise<Answer> {
    const { path, body, type } = place.request(name);
    const headers = { "idempotency-key": fresh(), ...(type === undefined ? {} : { "content-type": type }) };
    return loyalty.request(operation.method, path, { key, headers, ...(body === undefined ? {} : { body }) });
  }

  /** What a caller learns from an answer about what was named; what succeeded is the caller's own. */
  function told({ status, body, headers }: Answer, name: string): string {
    const isLines = headers["content-type"]?.startsWith("application/x-ndjson");
    const lines = isLines
      ? String(body.text)
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line) as { status: number })
      : [];
    const refusals = isLines ? lines.map((line) => (line.status < 400 ? line.status : line)) : status < 400 ? null : withoutRequestId(body);
    const forms = [name, name.replace(/^(?:key|hook)_/, ""), name.toUpperCase().replaceAll("-", "")];
    return forms.reduce((text, form) => text.replaceAll(form, "…"), `${status} ${JSON.stringify(refusals)}`.replaceAll(/new-\d+/g, "new"));
  }

  async function namesFor(place: NamedPlace): Promise<Names> {
    if (place.at === "query cursor") {
      const path = place.request("").path.replace("cursor=", "limit=1");
      const pageOf = (world: string, key: string) =>
        loyalty.request<{ nextCursor: string | null }>("GET", path.replaceAll(OTHER, world), { key });
      const cursor = (await pageOf(FIRST, first.key)).body.nextCursor ?? "none";
      return { first: cursor, unknown: (await pageOf(OTHER, other.key)).body.nextCursor ?? cursor };
    }
    if (place.at.endsWith("/quoteToken")) return { first: first.quoteToken, unknown: `${first.quoteToken.slice(0, -1)}_` };
    return MADE[place.at]?.(first) ?? { first: FIRST, unknown: NOTHING };
  }

  /** What is wrong: empty where the first's names are answered like those of nothing, and nothing of it is shown. */
  async function findings(operation: ApiOperation, places: readonly NamedPlace[], key: string): Promise<string[]> {
    const found: string[] = [];
    for (const place of places) {
      const names = await namesFor(place);
      const [nothing, named] = [await ask(operation, place, names.unknown, key), await ask(operation, place, names.first, key)];
      const shown = JSON.stringify(named.body);
      const isNamed = place.at !== "nothing" && place.at !== "query cursor";
      if (shown.includes(secretOf(FIRST)) || (!isNamed && shown.includes(FIRST))) found.push(`${place.at}: shows what is the first's`);
      const [ofNothing, ofFirst] = [told(nothing, names.unknown), told(named, names.first)];
      if (ofNothing !== ofFirst) found.push(`${place.at}: ${ofFirst} where nothing is ${ofNothing}`);
    }
    return found;
  }

  const ofPrograms = operations.filter(({ scope }) => scope !== "root");
  const reads = ofPrograms.filter(({ method }) => method === "GET");
  const writes = ofPrograms.filter(({ method }) => method !== "GET");
  let before: Record<string, string>;
  beforeAll(async () => {
    before = await databaseState(loyalty.database, FIRST);
  });

  test.each([...reads, ...writes])("$id answers its names as names of nothing", async (operation) => {
    const places = placesOf(operation).filter(({ isNew }) => !isNew);
    expect(await findings(operation, places, other.key)).toEqual([]);
  });

  test("its ids are free", async () => {
    for (const operation of writes) {
      const places = placesOf(operation).filter(({ isNew }) => isNew);
      expect([operation.id, await findings(operation, places, other.key)]).toEqual([operation.id, []]);
    }
  });

  test("nothing of it has changed by all of this", async () => {
    expect(await databaseState(loyalty.database, FIRST)).toEqual(before);
  });

  test("all of this is found where a key opens the first program", async () => {
    for (const operation of reads.filter(({ has }) => has.path)) {
      const places = placesOf(operation).filter(({ at }) => at !== "query cursor");
      expect([operation.id, await findings(operation, places, first.key)]).not.toEqual([operation.id, []]);
    }
    expect(await databaseState(loyalty.database, FIRST)).toEqual(before);

    const [adjust] = writes.filter(({ id }) => id === "adjustPoints");
    if (adjust) await findings(adjust, placesOf(adjust), first.key);
    expect(await databaseState(loyalty.database, FIRST)).not.toEqual(before);
  });
});
