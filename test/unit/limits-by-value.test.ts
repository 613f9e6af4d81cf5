import { describe, expect, test } from "vitest";
import type { LoyaltyError } from "../../src/core/errors.ts";
import { CounterBook, type CounterStates } from "../../src/members/counter-book.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { counterId } from "../../src/rules/limits/counter.ts";
import { AT, member, programInput, programOf, traceOf } from "../support/rules.ts";

const bonus = [{ kind: "bonus_points", wallet: "points", points: 5 }];
const LATE = {
  type: "late",
  schema: {
    type: "object",
    required: ["orderId", "parcel", "both"],
    properties: {
      orderId: { type: "string" },
      parcel: { type: "integer" },
      note: { type: "string" },
      both: { type: ["string", "integer"] },
    },
  },
};
const cap = (over: Record<string, unknown> = {}) => ({ of: "uses", atMost: 1, for: "member", each: "orderId", ...over });
const ruled = (caps: unknown[]) => ({ events: [LATE], rules: [{ id: "late", on: "late", caps, effects: bonus }] });

/** Decides events one after the other, with the counters that the write path would load for each. */
function decider(caps: unknown[]) {
  const program = programOf(ruled(caps));
  const states: CounterStates = new Map();
  return (data: Record<string, string | number>, at = AT) => {
    for (const counter of program.countersAt(at, { type: "late", data })) {
      const id = counterId(counter);
      if (!states.has(id)) states.set(id, { key: counter.key, period: counter.period, used: 0, reserved: 0 });
    }
    const book = new CounterBook(states, new Map());
    const decision = program.decideEvent(member(), { id: "e", type: "late", data }, at, book);
    book.take(decision.uses ?? []);
    book.keep();
    return traceOf(decision, "late");
  };
}

describe("a cap that counts by a value of the event's data", () => {
  test("lets each value through once, and says by which field it counts", () => {
    const decide = decider([cap()]);

    expect(decide({ orderId: "1" }).matched).toBe(true);
    expect(decide({ orderId: "2" }).matched).toBe(true);
    expect(decide({ orderId: "1", note: "again" })).toMatchObject({
      matched: false,
      reason: { kind: "cap_reached", of: "uses", atMost: 1, used: 1, each: "orderId" },
    });
  });

  test("tells a text from a number, and begins anew with its period", () => {
    const decide = decider([cap({ each: "parcel", per: "day" })]);
    const nextDay = new Date(AT.getTime() + 86_400_000);

    expect(decide({ parcel: 7 }).matched).toBe(true);
    expect(decide({ parcel: 7 }).matched).toBe(false);
    expect(decide({ parcel: 7 }, nextDay).matched).toBe(true);
    expect(decider([cap()])({ orderId: "7" }).matched).toBe(true);
  });

  test("stands beside one that counts all values together", () => {
    const decide = decider([cap(), { of: "uses", atMost: 2, for: "member" }]);
    const matched = ["1", "2", "3"].map((orderId) => decide({ orderId }).matched);

    expect(matched).toEqual([true, true, false]);
    expect(decide({ orderId: "3" }).reason).not.toHaveProperty("each");
  });

  test("names the value in its key by a hash, however long it is", () => {
    const [counter] = programOf(ruled([cap()])).countersAt(AT, { type: "late", data: { orderId: `ada@example.com ${"x".repeat(5000)}` } });
    expect(counter?.key).toMatch(/^late life uses each:orderId:[0-9a-f-]{36}$/);
  });
});

describe("is refused", () => {
  const problems = (over: Record<string, unknown>): string[] => {
    try {
      parseProgram(programInput(over));
      return [];
    } catch (error) {
      return (error as LoyaltyError).errors.map(({ pointer, code }) => `${pointer} ${code}`);
    }
  };
  const at = "/rules/0/caps/0/each";

  test.each([
    ["by a field that events may lack", [cap({ each: "note" })], [`${at} each_not_required`]],
    ["by a field that there is not", [cap({ each: "constructor" })], [`${at} each_not_required`]],
    ["by a field of several types", [cap({ each: "both" })], [`${at} each_not_required`]],
    ["for an order", [cap({ of: "points", for: "order" })], [`${at} each_of_order`]],
    ["twice by one field", [cap(), cap({ atMost: 2 })], ["/rules/0/caps/1 repeated"]],
  ])("%s", (_, caps, expected) => {
    expect(problems(ruled(caps))).toEqual(expected);
  });

  test("on orders, and where events have no data", () => {
    expect(problems({ rules: [{ id: "r", caps: [cap()], effects: bonus }] })).toEqual([`${at} each_without_event`]);
    expect(problems({ ...ruled([cap()]), events: [{ type: "late" }] })).toEqual([`${at} each_not_required`]);
  });
});
