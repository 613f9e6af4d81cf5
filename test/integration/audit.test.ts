import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditEntrySchema } from "../../src/audit/schemas.ts";
import { isAudited, STOREFRONT_OPERATIONS } from "../../src/audit/storefront-operations.ts";
import { generateOpenApi } from "../../src/describe-api.ts";
import { type ApiDocument, operationsOf } from "../contract/api-document.ts";
import { auditedChanges, CANARY, makeAuditedProgram } from "../support/audited-changes.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Entry = (typeof AuditEntrySchema)["_output"];

const operations = operationsOf((await generateOpenApi()) as ApiDocument);
const audited = operations.filter(({ method, scope = "public", id }) => isAudited(method, scope, id)).map(({ id }) => id);

let loyalty: TestService;
let changes: ReturnType<typeof auditedChanges>;
beforeAll(async () => {
  loyalty = await startTestService();
  changes = auditedChanges(await makeAuditedProgram(loyalty));
});
afterAll(() => loyalty.close());

const auditOf = async (query = ""): Promise<Entry[]> =>
  (await loyalty.expectStatus<{ data: Entry[] }>(200, "GET", `/v1/audit?limit=200${query}`)).body.data;

const change = (id: string, requestId: string) => {
  const { method, path, body, headers = {}, status = 200 } = changes[id] ?? { method: "GET", path: `/no change by ${id}` };
  const sent = { ...headers, "x-request-id": requestId, "idempotency-key": id };
  return loyalty.expectStatus(status, method, path, { headers: sent, ...(body === undefined ? {} : { body }) });
};

describe("audit", () => {
  test("every operation that writes and is no storefront traffic leaves a row, with who, what and under which request", async () => {
    const untold = audited.filter((id) => !(id in changes));
    expect(untold).toEqual([]);

    for (const id of Object.keys(changes)) await change(id, `req-${id}`);
    const entries = await auditOf();

    const told = new Set(entries.filter(({ action, requestId }) => requestId === `req-${action}`).map(({ action }) => action));
    expect([...told].sort()).toEqual([...audited].sort());
    for (const entry of entries) expect(entry.actor).toMatch(/^(root|key_[0-9a-f-]{36})$/);
    expect(JSON.stringify(entries)).not.toContain(CANARY);
  });

  test("says what was before and what is after", async () => {
    const [first] = await auditOf("&action=adjustPoints&target=ada&requestId=req-adjustPoints");
    expect(first).toMatchObject({
      targetKind: "member",
      before: { points: { available: 100 } },
      after: { points: { available: 105 }, adjustment: "second" },
    });

    const [renamed] = await auditOf("&action=updateMember");
    expect(renamed).toMatchObject({ target: "ada", before: null, after: { profileFields: ["attributes", "displayName"] } });

    const [revoked] = await auditOf("&action=revokeKey");
    expect(revoked).toMatchObject({ targetKind: "key", before: { revokedAt: null }, after: { revokedAt: expect.any(String) } });

    const listed = await auditOf("&action=changeSegmentMembers");
    expect(listed.map(({ after }) => after)).toContainEqual({ membersAdded: 1 });
  });

  test("says what a draft's content was and has become", async () => {
    const [drafted] = await auditOf("&action=putDraft&target=mine");
    expect(drafted).toMatchObject({ before: null, after: { content: expect.objectContaining({ name: "Drafted" }) } });
    const [deleted] = await auditOf("&action=deleteDraft&target=mine");
    expect(deleted).toMatchObject({ before: { content: expect.objectContaining({ name: "Drafted" }) }, after: null });
  });

  test("an import has a row when it begins, and one when it ends with what became of its lines", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "max" } });
    const order = { type: "order", id: "imported", memberId: "max", occurredAt: "2026-03-01T00:00:00Z", currency: "CNY" };
    const whole = { ...order, lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 100 }] };
    const body = [whole, whole, order].map((line) => `${JSON.stringify(line)}\n`).join("");
    const headers = { "content-type": "application/x-ndjson", "x-request-id": "req-import" };
    await loyalty.expectStatus(200, "POST", "/v1/import", { body, headers });

    const rows = await auditOf("&action=importLines&requestId=req-import");
    expect(rows.map(({ target, targetKind, after }) => [targetKind, target, after])).toEqual([
      ["import", "req-import", { applied: 1, replayed: 1, refused: 1 }],
      ["import", "req-import", null],
    ]);
  });

  test("a replay, a refusal and storefront traffic leave none", async () => {
    const before = await auditOf();

    const { path, body } = changes.adjustPoints ?? {};
    await loyalty.expectStatus(200, "POST", path ?? "", { body });
    await loyalty.expectStatus(409, "POST", path ?? "", { body: { id: "too-much", points: 1, reason: "test" } });
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "eve" } });
    const line = { line: 1, sku: "a", quantity: 1, unitPrice: 100 };
    const order = { id: "1", memberId: "eve", occurredAt: "2026-03-01T00:00:00Z", currency: "CNY", lines: [line] };
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: order });

    expect(await auditOf()).toEqual(before);
  });

  test("the exceptions name operations that there are and that write", () => {
    const writing = new Set(operations.filter(({ method }) => method !== "GET").map(({ id }) => id));
    for (const id of Object.keys(STOREFRONT_OPERATIONS)) expect(writing).toContain(id);
  });

  test("pages, and reads from one time to another", async () => {
    const all = await auditOf();
    const [newest] = all;

    const paged = await loyalty.expectStatus<{ data: Entry[]; nextCursor: string }>(200, "GET", "/v1/audit?limit=3");
    const next = await loyalty.expectStatus<{ data: Entry[] }>(200, "GET", `/v1/audit?limit=200&cursor=${paged.body.nextCursor}`);

    expect([...paged.body.data, ...next.body.data]).toEqual(all);
    expect(await auditOf(`&until=${newest?.recordedAt}`)).toEqual(all.filter(({ recordedAt }) => recordedAt < (newest?.recordedAt ?? "")));
  });

  test.each(["update audit set actor = 'nobody'", "delete from audit", "truncate audit"])("the database refuses: %s", async (sql) => {
    await expect(loyalty.database.query(sql)).rejects.toThrow("append-only");
  });
});
