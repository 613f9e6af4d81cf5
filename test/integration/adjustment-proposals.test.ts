import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Proposal = { id: string; status: string; endsAt: string; decidedBy: string | null; adjustment: { points: number } | null };
type Proposals = { data: Proposal[]; nextCursor: string | null };

const DAY = 86_400_000;

let loyalty: TestService;
let proposer: string;
let approver: { id: string; key: string };
let another: string;
let n = 0;
let member: string;
beforeAll(async () => {
  loyalty = await startTestService();
  const approval = { above: 100, within: "P2D" };
  proposer = (await loyalty.createProgram(programInput({ id: "careful", adjustments: { maxPointsPerDay: 1000, approval } }))).key;
  const makeKey = async () =>
    (await loyalty.expectStatus<{ id: string; key: string }>(201, "POST", "/v1/keys", { body: { name: "k", scopes: ["points:write"] } }))
      .body;
  approver = await makeKey();
  another = (await makeKey()).key;
});
afterAll(() => loyalty.close());
beforeEach(async () => {
  n += 1;
  member = `member-${n}`;
  loyalty.clock.advance(3 * DAY);
  await loyalty.expectStatus(201, "POST", "/v1/members", { key: proposer, body: { id: member } });
});

const ask = (status: number, points: number, over: object = {}) =>
  loyalty.expectStatus<Proposal>(status, "POST", `/v1/members/${member}/adjustments`, {
    key: proposer,
    body: { id: `large-${n}`, points, reason: "a lost parcel", ...over },
  });
const decide = (action: "approve" | "decline", key: string, body?: object) =>
  loyalty.request<Proposal & { code: string }>("POST", `/v1/adjustment-proposals/large-${n}/${action}`, {
    key,
    ...(body && { body, headers: { "content-type": "application/json" } }),
  });
const read = async () => (await loyalty.expectStatus<Proposal>(200, "GET", `/v1/adjustment-proposals/large-${n}`, { key: proposer })).body;
const available = async () => {
  const path = `/v1/members/${member}/balance?consistency=strong`;
  const { body } = await loyalty.expectStatus<{ wallets: { points: { available: number } } }>(200, "GET", path, { key: proposer });
  return body.wallets.points.available;
};
const differences = async () =>
  (await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification", { key: proposer })).body.differences;

describe("an adjustment above the program's limit", () => {
  test("moves nothing until another key approves it, and then takes effect once", async () => {
    expect((await ask(201, 100, { id: `small-${n}` })).body).toMatchObject({ points: 100 });
    const proposed = await ask(202, 101);
    const again = await ask(202, 101);

    expect(proposed.body).toMatchObject({ status: "pending_approval", points: 101, adjustment: null });
    expect([again.body, again.headers["idempotent-replayed"]]).toEqual([proposed.body, "true"]);
    expect(await available()).toBe(100);
    expect(await decide("approve", proposer)).toMatchObject({ status: 403, body: { code: "own_proposal" } });

    const approved = await decide("approve", approver.key);
    const retried = await decide("approve", approver.key);

    expect(approved).toMatchObject({ status: 200, body: { status: "approved", decidedBy: approver.id, adjustment: { points: 101 } } });
    expect([retried.body, retried.headers["idempotent-replayed"]]).toEqual([approved.body, "true"]);
    expect(await decide("decline", another, {})).toMatchObject({ status: 409, body: { code: "proposal_not_pending" } });
    expect(await available()).toBe(201);
    expect(await read()).toEqual(approved.body);
    const events = await loyalty.database.query<{ type: string }>(
      "select e.type from events e join members m using (program_id, member_key) where m.id = $1 and e.data ->> 'adjustmentId' = $2 order by e.version, e.n",
      [member, `large-${n}`],
    );
    expect(events.map(({ type }) => type)).toEqual(["adjustment.proposed", "points.adjusted", "adjustment.approved"]);
    expect(await differences()).toEqual([]);
  });

  test("is approved once by two at the same time", async () => {
    await ask(202, 500);

    const answers = await Promise.all([decide("approve", approver.key), decide("approve", another), decide("decline", another, {})]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await available()).toBe((await read()).status === "approved" ? 500 : 0);
  });

  test("is declined for good, with a note", async () => {
    await ask(202, -101);

    expect(await decide("decline", proposer, {})).toMatchObject({ status: 403, body: { code: "own_proposal" } });
    const declined = await decide("decline", approver.key, { note: "it has arrived" });

    expect(declined).toMatchObject({ status: 200, body: { status: "declined", note: "it has arrived", adjustment: null } });
    expect(await decide("approve", another)).toMatchObject({ status: 409, body: { code: "proposal_not_pending" } });
    expect(await available()).toBe(0);
  });

  test("ends by itself after the program's time", async () => {
    const { endsAt } = (await ask(202, 300)).body;
    expect(Date.parse(endsAt) - loyalty.clock.now().getTime()).toBe(2 * DAY);

    loyalty.clock.advance(2 * DAY);

    const refused = await decide("approve", approver.key);
    expect(refused).toMatchObject({ status: 409, body: { code: "proposal_not_pending", details: { status: "expired" } } });
    expect([(await read()).status, await available()]).toEqual(["expired", 0]);
  });

  test("stays pending where it cannot take effect yet", async () => {
    await ask(202, -150);
    expect(await decide("approve", approver.key)).toMatchObject({ status: 409, body: { code: "insufficient_points" } });

    for (const id of ["a", "b"]) await ask(201, 100, { id: `${id}-${n}` });

    expect((await decide("approve", approver.key)).status).toBe(200);
    expect(await available()).toBe(50);
  });

  test("counts for the day of the key that has proposed it, when it is approved", async () => {
    await ask(202, 950);
    expect((await decide("approve", approver.key)).status).toBe(200);

    const { body } = await ask(409, 60, { id: `more-${n}` });
    expect(body).toMatchObject({ code: "adjustment_limit_exceeded", details: { left: 50 } });
    expect(await differences()).toEqual([]);
  });
});

test("proposals are listed newest first, by status, page by page", async () => {
  const list = async (query: string) =>
    (await loyalty.expectStatus<Proposals>(200, "GET", `/v1/adjustment-proposals${query}`, { key: proposer })).body;
  await ask(202, 200);
  const all = await list("");

  expect(all.data[0]?.id).toBe(`large-${n}`);
  const first = await list("?limit=2");
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(all.data.slice(0, 4).map(({ id }) => id));
  expect((await list("?status=pending_approval")).data.map(({ id }) => id)).toEqual([`large-${n}`]);
  expect((await list("?status=expired")).data.map(({ status }) => status)).toEqual(["expired"]);
});

test("the words of a proposal go when its member is erased", async () => {
  await ask(202, 200, { reason: "secret-of-ada" });
  await decide("approve", approver.key);
  await loyalty.expectStatus(200, "POST", `/v1/members/${member}/erase`, { key: proposer, body: { points: "forfeit" } });

  expect(await read()).toMatchObject({ reason: "", adjustment: { reason: "" } });
  expect(await loyalty.database.query("select 1 from commands where answer::text like '%secret-of-ada%'")).toEqual([]);
});
