import { describe, expect, test } from "vitest";
import { parseLog } from "../../bench/limits/run-pgbench.ts";
import { requireSameRows } from "../../bench/limits/same-rows.ts";
import { type CpuUse, cpuBetween, parseBusyTicks, parseProcessTimes, ticksOfRoles } from "../../bench/measure/cpu.ts";
import { type Claim, isMet, judge } from "../../bench/measure/ratio.ts";
import { type Contender, measureRounds, type RoundsOptions } from "../../bench/measure/rounds.ts";
import { median, percentile } from "../../bench/measure/statistics.ts";

const cpu = (othersCores: number, postgres = 0): CpuUse => ({
  seconds: 1,
  ofRole: { service: 0, postgres, redis: 0, load: 0, bench: 0 },
  othersCores,
});

/** Contenders that reach these rates one after the other, with so much of others beside each window. */
function setUp(rates: Record<string, number[]>, noise: number[], repeats = 3) {
  const order: string[] = [];
  const contenders = Object.entries(rates).map(([title, own]): Contender => {
    const left = own.values();
    return {
      title,
      async run() {
        order.push(title);
        const perSecond = left.next().value ?? Number.NaN;
        return async () => ({ perSecond, succeeded: 100, failed: 0 });
      },
    };
  });
  const beside = noise.values();
  const options: RoundsOptions = {
    rounds: 3,
    repeats,
    noiseMax: 0.3,
    watch: async (work) => ({ result: await work(), cpu: cpu(beside.next().value ?? 0) }),
    fsyncMs: async () => 1,
    tell: () => undefined,
  };
  return { order, measured: measureRounds(contenders, options) };
}

const claim = (more: Partial<Claim>): Claim => ({
  case: "orders",
  contender: "a",
  beside: "b",
  figure: { of: "perSecond" },
  goal: { atLeast: 1.5 },
  ...more,
});

describe("the figures of a benchmark", () => {
  test("the median of an odd and an even number of values, and a share of them", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
    const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile([7], 0.99)]).toEqual([50, 99, 7]);
  });

  test("a ratio is the median of those of the rounds, not the ratio of medians", async () => {
    const { measured } = setUp({ a: [10, 30, 80], b: [10, 10, 40] }, []);

    const outcome = judge(claim({}), await measured);

    expect([outcome.lowest, outcome.ratio, outcome.highest]).toEqual([1, 2, 3]);
    expect(outcome).toMatchObject({ isMet: true, value: 30, besideValue: 10, noisyRounds: 0 });
  });

  test("a goal is met on its line and not beyond it, and never by no number", () => {
    expect([isMet(1.5, { atLeast: 1.5 }), isMet(1.49, { atLeast: 1.5 }), isMet(Number.NaN, { atLeast: 1.5 })]).toEqual([
      true,
      false,
      false,
    ]);
    expect([isMet(0.4, { atMost: 0.4 }), isMet(0.41, { atMost: 0.4 }), isMet(Number.NaN, { atMost: 0.4 })]).toEqual([true, false, false]);
  });

  test("CPU is counted for one request, and time for one is the inverse of how many a second", async () => {
    const measured = await setUp({ a: [10, 10, 10], b: [20, 20, 20] }, []).measured;
    for (const { windows } of measured.rounds) for (const [n, window] of windows.entries()) window.cpu = cpu(0, n === 0 ? 0.001 : 0.01);

    expect(judge(claim({ figure: { of: "secondsEach" } }), measured).ratio).toBe(2);
    const perOrder = judge(claim({ figure: { of: "cpu", role: "postgres" } }), measured);
    expect(perOrder.value).toBeCloseTo(10);
    expect(perOrder.ratio).toBeCloseTo(0.1);
  });

  test("whoever answers fewer than arrive is named", async () => {
    const measured = await setUp({ a: [950, 951, 955], b: [600, 600, 600] }, []).measured;

    expect(judge(claim({ arrivals: 1_000 }), measured).note).toBe("1000 arrivals a second; b kept up with only 600");
    expect(judge(claim({ arrivals: 600 }), measured).note).toBe("600 arrivals a second");
  });

  test("what was not measured cannot be judged", async () => {
    const measured = await setUp({ a: [1, 1, 1] }, []).measured;

    expect(() => judge(claim({}), measured)).toThrow('orders: "b" was not measured');
  });
});

describe("the rounds of a benchmark", () => {
  test("measure all in turn, every other one backwards", async () => {
    const { order, measured } = setUp({ a: [1, 1, 1], b: [2, 2, 2] }, []);

    const { rounds } = await measured;

    expect(order.join("")).toBe("abbaab");
    expect(rounds.map(({ windows }) => windows.map(({ perSecond }) => perSecond))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  test("are measured again while something else is busy in one of their windows", async () => {
    const { measured } = setUp({ a: [1, 2, 3, 4], b: [1, 2, 3, 4] }, [0.1, 0.31, 0.3, 0.3]);

    const { rounds, repeated } = await measured;

    expect(repeated).toBe(1);
    expect(rounds.map(({ isNoisy, windows }) => [isNoisy, windows[0]?.perSecond])).toEqual([
      [false, 2],
      [false, 3],
      [false, 4],
    ]);
  });

  test("are kept as noisy after so many repeats", async () => {
    const { measured } = setUp({ a: [1, 2, 3, 4, 5, 6] }, [1, 1, 1, 1, 0, 0]);

    const { rounds, repeated } = await measured;

    expect(repeated).toBe(3);
    expect(rounds.map(({ isNoisy, windows }) => [isNoisy, windows[0]?.perSecond])).toEqual([
      [true, 4],
      [false, 5],
      [false, 6],
    ]);
  });
});

describe("the CPU of a benchmark", () => {
  test("belongs to the nearest named process above, with children that have ended", () => {
    const line = "42 (a (b) c) S 7 1 1 0 -1 0 0 0 0 0 10 20 3 4 20 0 1 0 100";
    expect(parseProcessTimes(line)).toEqual({ pid: 42, parent: 7, ticks: 37 });

    const processes = [
      { pid: 1, parent: 0, ticks: 1 },
      { pid: 2, parent: 0, ticks: 2 },
      { pid: 3, parent: 2, ticks: 4 },
      { pid: 10, parent: 1, ticks: 8 },
      { pid: 11, parent: 10, ticks: 16 },
      { pid: 12, parent: 11, ticks: 32 },
      { pid: 20, parent: 1, ticks: 64 },
    ];
    const { ofRole, kernel } = ticksOfRoles(processes, [
      { pid: 10, role: "bench" },
      { pid: 11, role: "postgres" },
    ]);
    expect(ofRole).toEqual({ service: 0, postgres: 48, redis: 0, load: 0, bench: 8 });
    expect(kernel).toBe(6);
  });

  test("of others is what is busy beside interrupts and our own processes", () => {
    expect(parseBusyTicks("cpu  100 20 3 999 999 999 999 4 0 0\ncpu0 1 2 3 4\n")).toBe(127);

    const sample = (at: number, busy: number, postgres: number) => ({
      at,
      busy,
      ofRole: { service: 0, postgres, redis: 0, load: 0, bench: 0 },
    });
    const used = cpuBetween(sample(0, 100, 10), sample(2_000, 103, 12));
    expect(used).toMatchObject({ seconds: 2, othersCores: 0.5 });
    expect(used.ofRole.postgres).toBe(2);
    expect(cpuBetween(sample(0, 100, 10), sample(2_000, 101, 12)).othersCores).toBe(0);
  });
});

describe("the limits beside the engine", () => {
  test("the log of pgbench says when each transaction ended and how long it took; a line that is not whole yet is left", () => {
    const log = "0 1 1500 0 1700000000 250000\n3 2 900 0 1700000001 0 77\n3 3 90";

    expect(parseLog(log)).toEqual([
      { at: 1_700_000_000_250, milliseconds: 1.5 },
      { at: 1_700_000_001_000, milliseconds: 0.9 },
    ]);
  });

  test("a limit that writes fewer rows is none", () => {
    expect(() => requireSameRows("the function", { orders: 1, events: 2 }, { orders: 1, events: 2 })).not.toThrow();
    expect(() => requireSameRows("the function", { orders: 1, events: 1 }, { orders: 1, events: 2 })).toThrow(
      'the function writes other rows for one order: {"orders":1,"events":1} instead of {"orders":1,"events":2}',
    );
  });
});
