import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const JOINED = "2026-03-01T12:00:00Z";
/** 10 June begins in London. */
const BEGINS = "2026-06-09T23:00:00.000Z";

const bonus = (points: number) => [{ kind: "bonus_points", wallet: "points", points }];
const BIRTHDAY = { id: "birthday", on: { day: "birthday" }, effects: [{ kind: "coupon", coupon: "cake" }, ...bonus(10)] };
const JOINING = { id: "years", on: { day: "joining" }, effects: bonus(7) };
const COUPONS = [{ id: "cake", validFor: "P7D" }];

let loyalty: TestService;
beforeEach(async () => {
  loyalty = await startTestService({ now: JOINED });
});
afterEach(() => loyalty.close());

const publish = (...rules: Record<string, unknown>[]) => loyalty.createProgram(SHOP, { coupons: COUPONS, rules });
const republish = (...rules: Record<string, unknown>[]) =>
  loyalty.expectStatus(200, "PUT", "/v1/program", { body: { ...SHOP, coupons: COUPONS, rules } });
const enrol = (id: string, fields: Record<string, unknown> = {}) =>
  loyalty.expectStatus(201, "POST", "/v1/members", { body: { id, birthDate: "1990-06-10", ...fields } });
const patch = (id: string, body: Record<string, unknown>) => loyalty.expectStatus(200, "PATCH", `/v1/members/${id}`, { body });
const import_ = (lines: object[]) =>
  loyalty.expectStatus(200, "POST", "/v1/import", {
    body: lines.map((line) => JSON.stringify(line)).join("\n"),
    headers: { "content-type": "application/x-ndjson" },
  });
const runAt = async (instant: string): Promise<number | undefined> => {
  loyalty.clock.set(instant);
  return (await loyalty.runJobs())["member-days"];
};

type DayEvent = { id: string; type: string; memberId: string; occurredAt: string; points: { amount: number }[]; effects: object[] };
const eventsOf = async (memberId: string): Promise<DayEvent[]> =>
  (await loyalty.expectStatus<{ data: DayEvent[] }>(200, "GET", `/v1/members/${memberId}/events`)).body.data;
const daysOf = async (memberId: string) => (await eventsOf(memberId)).map(({ type, occurredAt }) => `${type} ${occurredAt}`);
const doneTo = async () =>
  (await loyalty.database.query<{ day: string; on: string }>('select day, done_to::text as "on" from member_day_runs order by day')).map(
    ({ day, on }) => `${day} ${on}`,
  );

describe("a birthday", () => {
  test("sets off its rules as the local day begins, once, and is explained like an event", async () => {
    await publish(BIRTHDAY, { ...BIRTHDAY, id: "not-yet", when: "member.joinedDays > 365" });
    await enrol("ada");
    await enrol("ben", { birthDate: "1990-06-11" });
    await enrol("cid", { birthDate: undefined });
    await runAt(JOINED);

    expect(await runAt("2026-06-09T22:59:59Z")).toBe(0);
    expect(await runAt(BEGINS)).toBe(1);
    expect(await runAt("2026-06-10T12:00:00Z")).toBe(0);
    expect(await runAt("2026-06-11T12:00:00Z")).toBe(1);
    expect(await runAt("2026-06-12T12:00:00Z")).toBe(0);

    const [event, ...others] = await eventsOf("ada");
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: "day:birthday",
      memberId: "ada",
      occurredAt: BEGINS,
      points: [{ amount: 10 }],
      effects: [{ kind: "coupon", coupon: "cake", rule: "birthday" }],
    });
    expect(event?.id).toMatch(/^day:birthday:2026:[0-9a-f-]{36}$/);
    const path = `/v1/events/${event?.id}`;
    expect((await loyalty.expectStatus(200, "GET", path)).body).toMatchObject({ data: {}, ruleSet: 1 });
    expect((await loyalty.expectStatus(200, "GET", `${path}/explanation`)).body).toMatchObject({
      rules: [
        { rule: "birthday", matched: true },
        { rule: "not-yet", matched: false, reason: { kind: "condition", values: { "member.joinedDays": "101" } } },
      ],
    });
    const coupons = await loyalty.expectStatus(200, "GET", "/v1/members/ada/coupons");
    expect(coupons.body).toMatchObject({ data: [{ validFrom: BEGINS, validUntil: "2026-06-16T23:00:00.000Z" }] });
    expect(await daysOf("ben")).toEqual(["day:birthday 2026-06-10T23:00:00.000Z"]);
    expect(await daysOf("cid")).toEqual([]);
    await expectSoundLedger(loyalty);
  });

  test("on 29 February is the 28th in other years", async () => {
    await publish(BIRTHDAY);
    await enrol("leap", { birthDate: "1992-02-29" });

    await runAt("2027-02-28T12:00:00Z");
    await runAt("2028-02-28T12:00:00Z");
    expect(await daysOf("leap")).toEqual(["day:birthday 2027-02-28T00:00:00.000Z"]);
    await runAt("2028-02-29T12:00:00Z");
    expect(await daysOf("leap")).toEqual(["day:birthday 2028-02-29T00:00:00.000Z", "day:birthday 2027-02-28T00:00:00.000Z"]);
    await expectSoundLedger(loyalty);
  });

  test("comes also for who says it, joins or becomes active on the day, to its last second", async () => {
    await publish(BIRTHDAY);
    await enrol("says", { birthDate: undefined });
    await enrol("halted");
    await loyalty.database.query("update members set status = 'suspended' where id = 'halted'");
    expect(await runAt(BEGINS)).toBe(0);

    loyalty.clock.set("2026-06-10T12:00:00Z");
    await enrol("joins");
    await patch("says", { birthDate: "1985-06-10" });
    expect(await runAt("2026-06-10T12:01:00Z")).toBe(2);
    await loyalty.database.query("update members set status = 'active' where id = 'halted'");
    loyalty.clock.set("2026-06-10T22:59:59Z");
    await enrol("last");
    loyalty.clock.set("2026-06-10T23:00:00Z");
    await enrol("after");

    expect(await runAt("2026-06-10T23:00:30Z")).toBe(2);
    for (const member of ["says", "joins", "halted", "last"]) expect(await daysOf(member)).toEqual([`day:birthday ${BEGINS}`]);
    expect(await daysOf("after")).toEqual([]);
    expect(await runAt("2026-06-11T12:00:00Z")).toBe(0);
    await expectSoundLedger(loyalty);
  });

  test("is there once a year, whatever birth date somebody says next", async () => {
    await publish(BIRTHDAY);
    await enrol("eager");
    await runAt(BEGINS);

    await patch("eager", { birthDate: "1990-06-11" });
    await runAt("2026-06-11T12:00:00Z");
    expect(await daysOf("eager")).toEqual([`day:birthday ${BEGINS}`]);
    await runAt("2027-06-11T12:00:00Z");
    expect(await daysOf("eager")).toEqual(["day:birthday 2027-06-10T23:00:00.000Z", `day:birthday ${BEGINS}`]);
  });
});

describe("an anniversary of joining", () => {
  test("is there from the first year on, by the local day", async () => {
    await publish(JOINING);
    await import_([
      { type: "member", id: "old", enrolledAt: "2020-06-09T23:30:00Z" },
      { type: "member", id: "day-before", enrolledAt: "2020-06-09T22:30:00Z" },
      { type: "member", id: "leap", enrolledAt: "2024-02-29T12:00:00Z" },
    ]);

    expect(await runAt("2026-06-10T12:00:00Z")).toBe(1);
    loyalty.clock.set("2026-06-10T13:00:00Z");
    await enrol("new");
    await import_([{ type: "member", id: "late", enrolledAt: "2025-06-10T09:00:00Z" }]);
    expect(await runAt("2026-06-10T13:01:00Z")).toBe(1);
    expect(await daysOf("old")).toEqual([`day:joining ${BEGINS}`]);
    expect(await daysOf("late")).toEqual([`day:joining ${BEGINS}`]);
    expect([await daysOf("new"), await daysOf("day-before"), await daysOf("leap")]).toEqual([[], [], []]);

    await runAt("2027-02-28T12:00:00Z");
    expect(await daysOf("leap")).toEqual(["day:joining 2027-02-28T00:00:00.000Z"]);
    await runAt("2027-06-10T12:00:00Z");
    expect(await daysOf("new")).toEqual(["day:joining 2027-06-09T23:00:00.000Z"]);
    await expectSoundLedger(loyalty);
  });
});

describe("a run", () => {
  const MEMBERS = 300; // more than are submitted together
  const crowd = () => import_(Array.from({ length: MEMBERS }, (_, n) => ({ type: "member", id: `m-${n}`, birthDate: "1990-06-10" })));
  const recorded = () => loyalty.database.query("select count(*)::integer as n from member_events");

  test("of two services at once gives each member their day once", async () => {
    await publish(BIRTHDAY);
    await crowd();
    const other = await startTestService({ database: loyalty.database, now: BEGINS });
    loyalty.clock.set(BEGINS);
    try {
      const done = await Promise.all([loyalty.runJobs(), other.runJobs(), loyalty.runJobs(), other.runJobs()]);
      expect(done.reduce((sum, { "member-days": count = 0 }) => sum + count, 0)).toBe(MEMBERS);

      // Without the job's lock: both at the same members at once.
      await loyalty.database.query("delete from member_day_runs");
      for (const service of [loyalty, other]) service.clock.set("2027-06-10T12:00:00Z");
      const submitAll = (service: TestService) =>
        Array.from({ length: 100 }, (_, n) => {
          const command = { kind: "record_day", memberId: `m-${n}`, day: "birthday", on: "2027-06-10" } as const;
          return service.inside.engine.submit({ programId: 1, id: SHOP.id }, command);
        });
      const outcomes = await Promise.allSettled([...submitAll(loyalty), ...submitAll(other)]);
      expect(outcomes.filter((outcome) => outcome.status === "fulfilled" && !outcome.value.replayed)).toHaveLength(100);
      expect(await runAt("2027-06-10T12:01:00Z")).toBe(MEMBERS - 100);
      expect(await recorded()).toEqual([{ n: 2 * MEMBERS }]);
      await expectSoundLedger(loyalty);
    } finally {
      await other.close();
    }
  });

  test("that fails in the middle is taken up, also when the day is over", async () => {
    await publish(BIRTHDAY);
    await crowd();
    await runAt(JOINED);
    await loyalty.database.query("alter table member_events add constraint broken check (member_key % 10 <> 1)");
    loyalty.clock.set(BEGINS);
    await expect(loyalty.runJobs()).rejects.toThrow("30 commands failed");
    expect(await recorded()).toEqual([{ n: MEMBERS - 30 }]);
    loyalty.clock.set("2026-06-11T12:00:00Z");
    await expect(loyalty.runJobs()).rejects.toThrow("30 commands failed");
    expect(await doneTo()).toEqual(["birthday 2026-06-09"]);

    await loyalty.database.query("alter table member_events drop constraint broken");
    expect(await runAt("2026-06-12T12:00:00Z")).toBe(30);

    expect(await doneTo()).toEqual(["birthday 2026-06-11"]);
    expect(await loyalty.database.query("select distinct occurred_at as at from member_events")).toEqual([{ at: new Date(BEGINS) }]);
    expect(await runAt("2026-06-12T12:01:00Z")).toBe(0);
    await expectSoundLedger(loyalty);
  });

  test("makes up for days on which nothing ran, for who was a member then, and begins with its first day", async () => {
    await publish(BIRTHDAY);
    await enrol("before", { birthDate: "1990-02-28" });
    await enrol("first", { birthDate: "1990-03-01" });
    await enrol("missed");
    await runAt(JOINED);

    loyalty.clock.set("2026-06-20T12:00:00Z");
    await enrol("joined-since");
    await enrol("today", { birthDate: "1990-06-20" });
    expect(await runAt("2026-06-20T12:01:00Z")).toBe(2);

    expect(await daysOf("before")).toEqual([]);
    expect(await daysOf("first")).toEqual(["day:birthday 2026-03-01T00:00:00.000Z"]);
    expect(await daysOf("missed")).toEqual([`day:birthday ${BEGINS}`]);
    expect(await daysOf("joined-since")).toEqual([]);
    expect(await doneTo()).toEqual(["birthday 2026-06-19"]);
    await expectSoundLedger(loyalty);
  });

  test("records no day that no rule could answer, and none from while all of its rules were paused", async () => {
    await publish({ ...BIRTHDAY, from: "2026-06-11T00:00:00+01:00" }, JOINING);
    await enrol("early");
    await enrol("late", { birthDate: "1990-06-11" });
    await enrol("paused", { birthDate: "1990-06-15" });
    await enrol("again", { birthDate: "1990-06-20" });
    await runAt(JOINED);
    expect(await runAt("2026-06-11T12:00:00Z")).toBe(1);
    expect([await daysOf("early"), await daysOf("late")]).toEqual([[], ["day:birthday 2026-06-10T23:00:00.000Z"]]);

    await republish({ ...BIRTHDAY, state: "paused" }, JOINING);
    expect(await runAt("2026-06-15T12:00:00Z")).toBe(0);
    expect(await doneTo()).toEqual(["joining 2026-06-14"]);
    loyalty.clock.set("2026-06-20T12:00:00Z");
    await republish(BIRTHDAY, JOINING);

    expect(await runAt("2026-06-20T12:00:00Z")).toBe(1);
    expect([await daysOf("paused"), await daysOf("again")]).toEqual([[], ["day:birthday 2026-06-19T23:00:00.000Z"]]);
  });
});

describe("who was merged", () => {
  const merge = (id: string, from: string, into: string) =>
    loyalty.expectStatus(201, "POST", "/v1/merges", { body: { id, from, into, reason: "one person" } });

  test("has the day once: before it or on it, under either id", async () => {
    await publish(BIRTHDAY);
    for (const id of ["a-old", "b-old", "c-old", "c-new"]) await enrol(id);
    for (const id of ["a-new", "b-new"]) await enrol(id, { birthDate: undefined });
    await merge("before", "a-old", "a-new");
    expect(await runAt(BEGINS)).toBe(4);

    await merge("had-it", "b-old", "b-new");
    await merge("had-both", "c-old", "c-new");
    const late = { kind: "record_day", memberId: "b-old", day: "birthday", on: "2026-06-10" } as const;
    await expect(loyalty.inside.engine.submit({ programId: 1, id: SHOP.id }, late)).rejects.toThrow();
    expect(await runAt("2026-06-10T12:00:00Z")).toBe(0);

    expect(await daysOf("a-new")).toHaveLength(1);
    expect(await daysOf("b-new")).toHaveLength(1);
    expect(await daysOf("c-new")).toHaveLength(2);
    await expectSoundLedger(loyalty);
    await loyalty.expectStatus(200, "POST", "/v1/merges/had-it/undo", { body: { reason: "two persons" } });
    expect([await daysOf("b-old"), await daysOf("b-new")]).toEqual([[`day:birthday ${BEGINS}`], []]);
    expect(await runAt("2026-06-10T13:00:00Z")).toBe(0);
    await expectSoundLedger(loyalty);
  });
});

describe("the API", () => {
  test("keeps the ids of days, and takes no event of their type", async () => {
    await publish(BIRTHDAY);
    await enrol("ada");
    const event = { id: "e-1", type: "day:birthday", memberId: "ada", occurredAt: JOINED, data: {} };

    const ofType = await loyalty.expectStatus(422, "POST", "/v1/events", { body: event });
    expect(ofType.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/type" }] });
    const withId = await loyalty.expectStatus(422, "POST", "/v1/events", { body: { ...event, id: "day:mine", type: "thanked" } });
    expect(withId.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/id" }] });

    expect(await eventsOf("ada")).toEqual([]);
  });

  test("tells of the rule among campaigns, and of the day in the outbox without a birth date", async () => {
    await publish(BIRTHDAY);
    await enrol("ada");
    await runAt(BEGINS);

    expect((await loyalty.expectStatus(200, "GET", "/v1/campaigns/birthday")).body).toMatchObject({ on: "day:birthday", state: "active" });
    const told = await loyalty.database.query<{ type: string; data: string }>(
      "select type, data::text from events where member_key <> 0 order by version, n",
    );
    expect(told.map(({ type }) => type)).toEqual(["member.enrolled", "event.recorded", "points.accrued", "coupon.granted"]);
    const [kept] = await loyalty.database.query<{ all: string }>(
      "select concat(data, decision, answer, (select string_agg(data::text, '') from events)) as \"all\" from member_events",
    );
    expect(kept?.all).not.toContain("1990");
    await loyalty.database.query("delete from profiles");
    expect(await runAt("2027-06-10T12:00:00Z")).toBe(0);
  });
});
