import { setImmediate, setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { inOrder } from "../../src/imports/in-order.ts";
import { collect } from "../support/collect.ts";

async function* numbers(count: number, onTake: (number: number) => void = () => {}): AsyncGenerator<number> {
  for (let number = 1; number <= count; number += 1) {
    onTake(number);
    yield number;
  }
}

describe("inOrder", () => {
  test("answers in the order of the items, whichever is done first", async () => {
    const slowFirst = async (number: number) => {
      await setTimeout(number % 2 === 0 ? 0 : 5);
      return number * 10;
    };

    expect(await collect(inOrder(numbers(20), slowFirst, 4))).toEqual(Array.from({ length: 20 }, (_, index) => (index + 1) * 10));
  });

  test("never has more than the window under way", async () => {
    let underWay = 0;
    let most = 0;
    const task = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await setImmediate();
      underWay -= 1;
    };

    await collect(inOrder(numbers(100), task, 7));

    expect(most).toBe(7);
  });

  test("takes no more from the source while nobody takes its answers", async () => {
    const taken: number[] = [];
    const answers = inOrder(
      numbers(1000, (number) => taken.push(number)),
      async (number) => number,
      5,
    );

    const first = await answers.next();
    await setTimeout(5);

    expect(first.value).toBe(1);
    expect(taken.length).toBeLessThanOrEqual(7);
  });

  test("gives an answer that is ready while the next item has not come", async () => {
    const gate = Promise.withResolvers<void>();
    async function* stalled(): AsyncGenerator<number> {
      yield 1;
      await gate.promise;
      yield 2;
    }
    const answers = inOrder(stalled(), async (number) => number, 10);

    expect((await answers.next()).value).toBe(1);
    gate.resolve();
    expect((await answers.next()).value).toBe(2);
    expect((await answers.next()).done).toBe(true);
  });

  test("stops the source when the reader stops", async () => {
    let isStopped = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (let number = 1; ; number += 1) yield number;
      } finally {
        isStopped = true;
      }
    }

    for await (const answer of inOrder(endless(), async (number) => number, 3)) if (answer === 10) break;

    expect(isStopped).toBe(true);
  });
});
