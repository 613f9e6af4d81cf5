import { expect, test } from "vitest";
import { cloneDatabase } from "../support/database.ts";

type Plan = { Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number } };

test("the look for events without a place does not step over what was there before, once a large table is vacuumed", async () => {
  const database = await cloneDatabase();
  // One that comes by itself, to analyze, keeps a snapshot, and what is dead since then stays in the index.
  await database.query("alter table event_batches set (autovacuum_enabled = off)");
  const inOnePlace = async (batches: number) => {
    await database.query("insert into event_batches (program_id, events) select 1, 1 from generate_series(1, $1::int)", [batches]);
    await database.query("update event_batches set first_position = batch, numbered_at = now() where first_position is null");
  };
  await inOnePlace(60_000);
  await database.query("vacuum event_batches");

  await inOnePlace(600);
  await database.query("vacuum event_batches");
  const look = `select batch, events from event_batches where program_id = 1 and first_position is null order by batch limit 1000`;
  const [explained] = await database.query<{ "QUERY PLAN": [Plan] }>(`explain (analyze, buffers, format json) ${look}`);
  await database.drop();

  const { "Shared Hit Blocks": hit, "Shared Read Blocks": read } = explained?.["QUERY PLAN"][0].Plan ?? {
    "Shared Hit Blocks": Number.NaN,
    "Shared Read Blocks": Number.NaN,
  };
  expect(hit + read).toBeLessThanOrEqual(4);
});
