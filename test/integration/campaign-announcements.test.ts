import { afterEach, beforeEach, expect, test } from "vitest";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

const effects = [{ kind: "discount_percent", percent: 5 }];
const rules = [
  { id: "eighth", label: "Member day", announce: { daysAhead: 3 }, schedule: { daysOfMonth: [8] }, effects },
  { id: "summer", announce: { daysAhead: 1 }, from: "2026-06-01T00:00:00+08:00", until: "2026-09-01T00:00:00+08:00", effects },
  { id: "silent", from: "2026-06-01T00:00:00+08:00", effects },
];

let loyalty: TestService;
beforeEach(async () => {
  loyalty = await startTestService({ now: "2026-05-04T12:00:00Z" });
  await loyalty.createProgram(programInput({ id: "announced", rules }));
});
afterEach(() => loyalty.close());

const announced = () =>
  loyalty.database.query<{ data: object }>("select data from events where type = 'campaign.upcoming' order by version, n");

test("each start of a campaign is announced ahead, once", async () => {
  expect(await loyalty.runJobs()).toMatchObject({ "campaign-announcements": 0 });

  loyalty.clock.set("2026-05-05T16:30:00Z"); // the 6th in Shanghai
  expect(await loyalty.runJobs()).toMatchObject({ "campaign-announcements": 1 });
  expect(await loyalty.runJobs()).toMatchObject({ "campaign-announcements": 0 });
  loyalty.clock.set("2026-05-31T15:59:00Z");
  await loyalty.runJobs();
  loyalty.clock.set("2026-06-07T15:00:00Z");
  await loyalty.runJobs();

  expect((await announced()).map(({ data }) => data)).toEqual([
    { rule: "eighth", label: "Member day", startsAt: "2026-05-07T16:00:00.000Z", until: null },
    { rule: "summer", label: "summer", startsAt: "2026-05-31T16:00:00.000Z", until: "2026-08-31T16:00:00.000Z" },
    { rule: "eighth", label: "Member day", startsAt: "2026-06-07T16:00:00.000Z", until: null },
  ]);
});

test("two processes announce a start once", async () => {
  const other = await startTestService({ database: loyalty.database, now: "2026-05-06T12:00:00Z" });
  loyalty.clock.set("2026-05-06T12:00:00Z");
  try {
    await Promise.all([loyalty.runJobs(), other.runJobs(), loyalty.runJobs(), other.runJobs()]);

    expect(await announced()).toHaveLength(1);
  } finally {
    await other.close();
  }
});
