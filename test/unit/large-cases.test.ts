import { expect, test } from "vitest";
import { CASES } from "../../bench/cases/index.ts";

test("the large cases of the benchmark have the sizes that they promise, and not those of a trial", () => {
  const titles = Object.fromEntries(CASES.filter(({ isLarge }) => isLarge).map(({ id, title }) => [id, title]));

  expect(titles).toEqual({
    growth: "1000000 members with 20 entries each, beside 10000",
    memory: "Resident memory of the service under full load of orders, after 1 min and after 10 min",
  });
});
