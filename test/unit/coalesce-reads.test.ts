import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { coalesceReads } from "../../src/event-loop/coalesce-reads.ts";

const LIMITS = { inFlightMax: 2, batchMax: 3, waitingMax: 10 };

/** Reads over a load that answers when it is told to, and the batches that it was asked for. */
function heldReads(limits = LIMITS) {
  const batches: { group: number; keys: string[]; finish(): void; fail(error: Error): void }[] = [];
  const read = coalesceReads<string>((group, keys) => {
    const { promise, resolve, reject } = Promise.withResolvers<Map<string, string>>();
    batches.push({ group, keys, finish: () => resolve(new Map(keys.map((key) => [key, `${group}/${key}`]))), fail: reject });
    return promise;
  }, limits);
  return { read, batches, keys: () => batches.map((batch) => batch.keys) };
}

describe("coalesceReads", () => {
  test("asks once for all keys of one tick and group, each key once", async () => {
    const { read, batches, keys } = heldReads();
    const answers = Promise.all([read(1, "a"), read(1, "b"), read(1, "a"), read(2, "a")]);
    await setImmediate();
    expect(keys()).toEqual([["a", "b"], ["a"]]);

    for (const batch of batches) batch.finish();

    expect(await answers).toEqual(["1/a", "1/b", "1/a", "2/a"]);
  });

  test("never joins a batch that has started: the same key is asked for again", async () => {
    const { read, batches, keys } = heldReads();
    const first = read(1, "a");
    await setImmediate();
    const second = read(1, "a");
    await setImmediate();

    expect(keys()).toEqual([["a"], ["a"]]);
    for (const batch of batches) batch.finish();
    expect(await Promise.all([first, second])).toEqual(["1/a", "1/a"]);
  });

  test("what arrives while all batches are under way waits for one and goes together", async () => {
    const { read, batches, keys } = heldReads({ ...LIMITS, inFlightMax: 1 });
    const first = read(1, "a");
    await setImmediate();
    const later = [read(1, "b")];
    await setImmediate();
    later.push(read(1, "c"));
    await setImmediate();
    expect(keys()).toEqual([["a"]]);

    batches[0]?.finish();
    await first;
    await setImmediate(); // the batch that ended makes room
    await setImmediate(); // and the next one starts

    expect(keys()).toEqual([["a"], ["b", "c"]]);
    batches[1]?.finish();
    expect(await Promise.all(later)).toEqual(["1/b", "1/c"]);
  });

  test("a large group is split, and another group does not wait for all of it", async () => {
    const { read, batches, keys } = heldReads({ ...LIMITS, inFlightMax: 1 });
    const reads = [..."abcd"].map((key) => read(1, key)).concat(read(2, "x"));
    for (let i = 0; i < 3; i += 1) {
      await setImmediate();
      batches[i]?.finish();
      await setImmediate();
    }

    expect(keys()).toEqual([["a", "b", "c"], ["x"], ["d"]]);
    expect(await Promise.all(reads)).toEqual(["1/a", "1/b", "1/c", "1/d", "2/x"]);
  });

  test("a failed batch fails its own readers and no later one", async () => {
    const { read, batches } = heldReads();
    const failing = Promise.allSettled([read(1, "a"), read(1, "b")]);
    await setImmediate();
    batches[0]?.fail(new Error("connection lost"));
    expect((await failing).map(({ status }) => status)).toEqual(["rejected", "rejected"]);

    const next = read(1, "a");
    await setImmediate();
    batches[1]?.finish();

    expect(await next).toBe("1/a");
  });

  test("an error in a key's place is that key's alone", async () => {
    const broken = new Error("this one is broken");
    const read = coalesceReads<string>(async (_, keys) => new Map(keys.map((key) => [key, key === "b" ? broken : key])), LIMITS);

    const [a, b] = await Promise.allSettled([read(1, "a"), read(1, "b")]);

    expect(a).toEqual({ status: "fulfilled", value: "a" });
    expect(b).toEqual({ status: "rejected", reason: broken });
  });

  test("refuses a read when too many keys wait, and takes reads again afterwards", async () => {
    const { read, batches } = heldReads({ inFlightMax: 1, batchMax: 3, waitingMax: 2 });
    const waiting = [read(1, "a"), read(1, "b")];

    await expect(read(1, "c")).rejects.toMatchObject({ code: "overloaded" });

    await setImmediate();
    const later = read(1, "c");
    batches[0]?.finish();
    expect(await Promise.all(waiting)).toEqual(["1/a", "1/b"]);
    await setImmediate();
    batches[1]?.finish();
    expect(await later).toBe("1/c");
  });
});
