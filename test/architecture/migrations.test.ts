import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const FOLDER = new URL("../../migrations/", import.meta.url);

/** What a process of the release before could miss, or not get by, while both run on one database. */
const TAKES_AWAY =
  /\b(?:drop (?:table|column|function|constraint|index|type|sequence)|rename (?:to|column)|alter column \w+ (?:set data )?type|set not null)\b/i;

/** Files that may, and why the release before does not notice. */
const HARMLESS: Record<string, string> = {
  "0009_holds.sql": "a constraint is replaced by one that allows more",
  "0056_lots_burn_order.sql": "an index is replaced by one with a column more",
  "0035_event_feed.sql": "a trigger fills the column for the release before",
};

test("a migration takes nothing away that the release before still uses", async () => {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql"));
  const taking: string[] = [];
  for (const file of files) {
    const statements = (await readFile(new URL(file, FOLDER), "utf8")).replaceAll(/--.*$/gm, "");
    if (TAKES_AWAY.test(statements)) taking.push(file);
  }

  expect(files.length).toBeGreaterThan(20);
  expect(taking.toSorted()).toEqual(Object.keys(HARMLESS).toSorted());
});
