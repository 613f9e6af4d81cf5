import { describe, expect, test } from "vitest";
import type { ImportLine } from "../../src/imports/schemas.ts";
import { LineOrder, subjectsOf } from "../../src/ingestion/line-order.ts";

const PASSES = new Error("passes");

/** Work whose end the test decides. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  return {
    begun,
    work: (name: string) => async () => {
      begun.push(name);
      const end = Promise.withResolvers<string>();
      ends.set(name, end);
      return end.promise;
    },
    end: (name: string) => ends.get(name)?.resolve(name),
    fail: (name: string, error: Error) => ends.get(name)?.reject(error),
  };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("lines of one member or order", () => {
  test("wait for the one before, and others do not", async () => {
    const { begun, work, end } = works();
    const order = new LineOrder((error) => error === PASSES);
    const first = order.after(["member a", "order 1"], work("first"));
    const second = order.after(["order 1"], work("second"));
    const third = order.after(["member a"], work("third"));
    const other = order.after(["member b"], work("other"));
    await turn();
    expect(begun).toEqual(["first", "other"]);
    end("first");
    expect(await first).toBe("first");
    await turn();
    expect(begun).toEqual(["first", "other", "second", "third"]);
    for (const name of ["second", "third", "other"]) end(name);
    expect(await Promise.all([second, third, other])).toEqual(["second", "third", "other"]);
  });

  test("are not tried where the one before has to come again, however many are between", async () => {
    const { begun, work, fail } = works();
    const order = new LineOrder((error) => error === PASSES);
    const lines = [
      order.after(["member a"], work("first")),
      order.after(["member a", "order 1"], work("second")),
      order.after(["order 1"], work("third")),
    ];
    const ends = Promise.allSettled(lines);
    await turn();
    fail("first", PASSES);
    expect((await ends).map((end) => end.status === "rejected" && end.reason)).toEqual([PASSES, PASSES, PASSES]);
    expect(begun).toEqual(["first"]);
  });

  test("go on after one that was refused for good", async () => {
    const { begun, work, fail, end } = works();
    const order = new LineOrder((error) => error === PASSES);
    const first = order.after(["member a"], work("first"));
    const second = order.after(["member a"], work("second"));
    await turn();
    fail("first", new Error("refused"));
    await expect(first).rejects.toThrow("refused");
    await turn();
    expect(begun).toEqual(["first", "second"]);
    end("second");
    expect(await second).toBe("second");
  });
});

test("a line is about its member and its order, as far as it names them", () => {
  const lines = [
    { type: "member", id: "a" },
    { type: "order", id: "1", memberId: "a" },
    { type: "return", id: "r", orderId: "1" },
    { type: "complete", orderId: "1", memberId: "a" },
    { type: "event", id: "e", memberId: "a" },
    { type: "segment", segmentId: "s", memberId: "a", action: "add" },
  ] as unknown as ImportLine[];
  expect(lines.map(subjectsOf)).toEqual([
    ["member a"],
    ["member a", "order 1"],
    ["order 1"],
    ["member a", "order 1"],
    ["member a"],
    ["member a"],
  ]);
});
