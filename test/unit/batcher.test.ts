import { afterEach, describe, expect, test, vi } from "vitest";
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
  return {
    flights,
    submit: (job: string, ...members: string[]) => batcher.submit(1, members, job),
    submitToOther: (job: string, member: string) => batcher.submit(2, [member], job),
    drain: () => batcher.drain(),
  };
}
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
/** Moves the clock of timers. */
async function pass(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds);
  await turn();
}

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

describe("beside a batch of three that flies, one of fewer", () => {
  afterEach(() => void vi.useRealTimers());

  async function besideThree() {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const held = heldBatcher();
    for (const name of ["a", "b", "c"]) void held.submit(`${name}1`, name);
    await turn();
    void held.submit("d1", "d");
    void held.submit("e1", "e");
    await turn();
    const flown = () => held.flights.map(({ jobs }) => jobs);
    expect(flown()).toEqual([["a1", "b1", "c1"]]);
    return { ...held, flown };
  }

  test("waits until it is as large", async () => {
    const { flown, submit } = await besideThree();
    void submit("f1", "f");
    await turn();
    expect(flown()[1]).toEqual(["d1", "e1", "f1"]);
  });

  test("waits until the other has landed", async () => {
    const { flights, flown } = await besideThree();
    flights[0]?.land();
    await turn();
    expect(flown()[1]).toEqual(["d1", "e1"]);
  });

  test("waits for 20 ms at most, and the next one as long again", async () => {
    const { flown, submit } = await besideThree();
    await pass(19);
    expect(flown()).toHaveLength(1);
    await pass(1);
    expect(flown()[1]).toEqual(["d1", "e1"]);

    // Beside batches of three and two.
    void submit("g1", "g");
    await turn();
    expect(flown()).toHaveLength(2);
    await pass(20);
    expect(flown()[2]).toEqual(["g1"]);
  });

  test("waits for the whole 20 ms where one before it has waited for less", async () => {
    const { flown, submit } = await besideThree();
    vi.advanceTimersByTime(15);
    void submit("f1", "f");
    await turn();
    expect(flown()).toHaveLength(2);

    void submit("g1", "g");
    await turn();
    await pass(19);
    expect(flown()).toHaveLength(2);
    await pass(1);
    expect(flown()[2]).toEqual(["g1"]);
  });

  test("has waited long enough where it got no place in time, and takes the first that is free", async () => {
    const { flights, flown, submitToOther } = await besideThree();
    void submitToOther("x1", "x");
    await turn();
    void submitToOther("y1", "y");
    await turn();
    expect(flown().slice(1)).toEqual([["x1"], ["y1"]]);
    await pass(20);
    expect(flown()).toHaveLength(3);

    flights[1]?.land();
    await turn();
    expect(flown()[3]).toEqual(["d1", "e1"]);
  });

  test("does not wait in another program", async () => {
    const { flown, submitToOther } = await besideThree();
    void submitToOther("d1", "d");
    await turn();
    expect(flown()[1]).toEqual(["d1"]);
  });

  test("is waited for by a drain", async () => {
    const { flights, flown, drain } = await besideThree();
    let isDrained = false;
    const drained = drain().then(() => {
      isDrained = true;
    });
    flights[0]?.land();
    await turn();
    expect(isDrained).toBe(false);
    expect(flown()[1]).toEqual(["d1", "e1"]);
    flights[1]?.land();
    await drained;
  });
});
