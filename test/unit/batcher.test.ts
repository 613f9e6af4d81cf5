import { expect, test } from "vitest";
import { Batcher, type BatchItem } from "../../src/engine/batcher.ts";

type Flight = { jobs: string[]; land(): void };

/** A batcher whose batches fly until the test lets them land. */
function heldBatcher(maxBatch = 10) {
  const flights: Flight[] = [];
  const run = (_: number, items: BatchItem<string, string>[]) =>
    new Promise<void>((resolve) => {
      const land = () => {
        for (const { job, resolve: settle } of items) settle(job);
        resolve();
      };
      flights.push({ jobs: items.map(({ job }) => job), land });
    });
  const batcher = new Batcher<string, string>(run, { maxBatch, maxInFlight: 3, maxQueue: 100 });
  return { flights, submit: (job: string, ...members: string[]) => batcher.submit(1, members, job) };
}
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("a job of several members waits for each of them, and is passed by no later job of theirs", async () => {
  const { flights, submit } = heldBatcher();
  void submit("a1", "a");
  await turn();
  void submit("ab", "a", "b");
  void submit("b1", "b");
  void submit("c1", "c");
  await turn();

  expect(flights.map(({ jobs }) => jobs)).toEqual([["a1"], ["c1"]]);

  flights[0]?.land();
  await turn();
  expect(flights[2]?.jobs).toEqual(["ab", "b1"]);
});

test("jobs of the same members fly in one batch, in their order", async () => {
  const { flights, submit } = heldBatcher();
  void submit("ab", "a", "b");
  void submit("ba", "b", "a");
  void submit("a1", "a");
  await turn();

  expect(flights.map(({ jobs }) => jobs)).toEqual([["ab", "ba", "a1"]]);
});

test("while a job of two flies, both wait, and only they", async () => {
  const { flights, submit } = heldBatcher();
  void submit("ab", "a", "b");
  await turn();
  void submit("a1", "a");
  void submit("b1", "b");
  void submit("c1", "c");
  await turn();

  expect(flights.map(({ jobs }) => jobs)).toEqual([["ab"], ["c1"]]);
});
