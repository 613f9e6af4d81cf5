import { expect, test } from "vitest";
import { growthTable } from "../../bench/measure/table-growth.ts";

test("a table of growth says bytes of a row and of an order, with indexes, and the share of updates in place", () => {
  const lots = { table: "lots", rows: 200, heapBytes: 40_000, indexBytes: 20_000, updates: 8, hotUpdates: 2, deadRows: 3 };
  const entries = { table: "entries", rows: 400, heapBytes: 30_000, indexBytes: 10_000, updates: 0, hotUpdates: 0, deadRows: 0 };

  expect(growthTable([lots, entries], "an order", 100).split("\n")).toEqual([
    "| table | rows | bytes a row | of them indexes | bytes an order | updates in place | dead rows |",
    "|---|---|---|---|---|---|---|",
    "| `lots` | 200 | 300 | 100 | 600 | 25 % of 8 | 3 |",
    "| `entries` | 400 | 100 | 25 | 400 | – | 0 |",
    "| all | | | | 1000 | | |",
  ]);
});
