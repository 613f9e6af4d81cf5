import { describe, expect, test } from "vitest";
import type { Done } from "../../bench/cases/case.ts";
import type { CpuUse } from "../../bench/measure/cpu.ts";
import { judge } from "../../bench/measure/ratio.ts";
import { toEntries } from "../../bench/report/json.ts";
import { charts, markdownReport, timesTheGoal } from "../../bench/report/markdown.ts";
import { barChart } from "../../bench/report/svg.ts";
import { short } from "../../bench/report/table.ts";

const cpu: CpuUse = { seconds: 5, ofRole: { service: 0.1, postgres: 0.2, redis: 0, load: 0.05, bench: 0 }, othersCores: 0.05 };
const window = (perSecond: number) => ({ perSecond, p50Ms: 2, p99Ms: 9.87, succeeded: 1_000, failed: 0, cpu });

const MEASURED: Done["measured"] = {
  contenders: ["engine", "function"],
  repeated: 2,
  rounds: [
    { windows: [window(3_000), window(2_000)], isNoisy: false, fsyncMs: 0.5 },
    { windows: [window(3_300), window(2_000)], isNoisy: true, fsyncMs: 0.7 },
    { windows: [window(2_700), window(2_000)], isNoisy: false, fsyncMs: 0.6 },
  ],
};
const CLAIM = { case: "orders", contender: "engine", beside: "function", figure: { of: "perSecond" }, goal: { atLeast: 1.6 } } as const;
const DONE: Done = {
  id: "orders",
  title: "POST /v1/orders <at 128>",
  measured: MEASURED,
  outcomes: [judge(CLAIM, MEASURED)],
  leftOut: [{ case: "orders-1", beside: "function", goal: "≤ 2.5", why: "there is no pgbench" }],
};
const ENTRIES = toEntries([DONE]);

describe("the report of a benchmark", () => {
  test("lists each goal with what became of it, as JSON", () => {
    expect(ENTRIES[0]).toEqual({
      case: "orders",
      of: "engine",
      beside: "function",
      compared: "a second",
      ratio: 1.5,
      lowest: 1.35,
      highest: 1.65,
      goal: "≥ 1.6",
      met: false,
      value: 3000,
      besideValue: 2000,
      rounds: 3,
      noisyRounds: 1,
      fsyncMs: 0.6,
      cpuUs: { of: { service: 100, postgres: 200, redis: 0, load: 50 }, beside: { service: 100, postgres: 200, redis: 0, load: 50 } },
    });
    expect(ENTRIES[1]).toMatchObject({ case: "orders-1", met: null, ratio: null, goal: "≤ 2.5", note: "there is no pgbench" });
  });

  test("takes rounds and CPU from the case that the goal belongs to, where others have contenders of the same names", () => {
    const others = { ...MEASURED, rounds: MEASURED.rounds.slice(0, 2).map((round) => ({ ...round, fsyncMs: 9 })) };
    const entries = toEntries([DONE, { ...DONE, id: "orders-32", measured: others, outcomes: [judge(CLAIM, others)], leftOut: [] }]);

    expect(entries.map(({ rounds, fsyncMs }) => [rounds, fsyncMs])).toEqual([
      [3, 0.6],
      [0, null],
      [2, 9],
    ]);
  });

  test("says what was missed and what was not measured, and shows its pictures", () => {
    const text = markdownReport({
      description: {
        date: "2026-03-01 12:00",
        commit: "abc",
        machine: "day\n2 × processor\nNode",
        limits: "pgbench 15",
        options: "3 rounds",
      },
      entries: ENTRIES,
      done: [DONE],
      exactness: [{ after: "orders", isExact: true, output: "shop: 5 entries verified\nno difference" }],
    });

    expect(text).toContain("| orders | engine | function | a second | 1.5× | 1.35 – 1.65 | ≥ 1.6× | **no** |");
    expect(text).toContain("not measured: there is no pgbench");
    expect(text).toContain("3 rounds, 2 thrown away as noisy, 1 noisy to the end");
    expect(text).toContain("- after orders: shop: 5 entries verified; no difference");
    const pictures = [...text.matchAll(/\]\((benchmarks-[\w-]+\.svg)\)/g)].map(([, name]) => name);
    expect(pictures).toEqual(["benchmarks-goals.svg", "benchmarks-orders.svg"]);
    expect([...charts({ entries: ENTRIES, done: [DONE] }).keys()]).toEqual(pictures);
  });

  test("a ratio by its goal is above 1 where it is met, whichever way it goes", () => {
    expect(timesTheGoal({ ratio: 3, goal: "≥ 1.5" })).toBe(2);
    expect(timesTheGoal({ ratio: 0.2, goal: "≤ 0.4" })).toBe(2);
    expect(timesTheGoal({ ratio: null, goal: "≤ 0.4" })).toBe(Number.NaN);
  });

  test("numbers have three figures", () => {
    expect([short(12_345.6), short(99.94), short(0.12345), short(2), short(null), short(Number.NaN)]).toEqual([
      "12 346",
      "99.9",
      "0.123",
      "2",
      "–",
      "–",
    ]);
  });
});

describe("a chart", () => {
  const picture = barChart({
    title: "Orders <128>",
    bars: [
      { label: "a & b", value: 100, lowest: 90, highest: 110, text: "100/s" },
      { label: "c", value: 55, lowest: 55, highest: 55, text: "55/s" },
    ],
    mark: { value: 55, text: "goal" },
  });
  const numbers = (pattern: RegExp) => [...picture.matchAll(pattern)].map(([, number]) => Number(number));

  test("is well-formed, with texts escaped", () => {
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]+>\n[\s\S]+<\/svg>\n$/);
    expect(picture).toContain("Orders &lt;128&gt;");
    expect(picture).toContain(">a &amp; b</text>");
  });

  test("draws bars as long as their values, the spread and the mark on the same scale", () => {
    const [longer, shorter] = numbers(/<rect [^>]*width="([\d.]+)"/g);
    expect((longer ?? 0) / (shorter ?? 1)).toBeCloseTo(100 / 55, 1);
    const left = numbers(/<rect x="([\d.]+)"/g)[0] ?? 0;
    const [, , mark] = numbers(/<line x1="([\d.]+)"/g);
    expect((mark ?? 0) - left).toBeCloseTo(shorter ?? 0, 1);
  });
});
