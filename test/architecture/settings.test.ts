import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readConfig, Settings } from "../../src/config.ts";

type Entry = { name: string; value: string | undefined; description: string };

/** Entries are a comment of one line, then `NAME=default` or, where there is none, `# NAME=`. */
async function entriesOfExample(): Promise<Entry[]> {
  const text = await readFile(new URL("../../.env.example", import.meta.url), "utf8");
  return [...text.matchAll(/^# (?<description>.+)\n(?<off># )?(?<name>[A-Z_]+)=(?<value>.*)$/gm)].map(({ groups }) => ({
    name: groups?.name ?? "",
    value: groups?.off === undefined ? groups?.value : undefined,
    description: groups?.description ?? "",
  }));
}

test(".env.example lists every setting with its default and what it is for", async () => {
  const defaults: Record<string, unknown> = readConfig({});
  const settings = Object.entries(Settings.shape).map(([name, schema]) => ({
    name,
    value: defaults[name] === undefined ? undefined : String(defaults[name]),
    description: schema.description,
  }));

  expect(await entriesOfExample()).toEqual(settings);
});

test("the defaults of .env.example are taken as they are", async () => {
  const env = Object.fromEntries((await entriesOfExample()).map(({ name, value }) => [name, value]));

  expect(readConfig(env)).toEqual(readConfig({}));
});
