import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runRestoreRound } from "../../hunts/restore/restore-round.ts";
import { takeBackup } from "../../src/db/embedded/backup.ts";
import { startEmbeddedPostgres } from "../../src/db/embedded/embedded-postgres.ts";
import { restoreBackup } from "../../src/db/embedded/restore.ts";
import { makeTestFolder, testDisk } from "../support/test-folder.ts";

test("a backup that was taken beside orders is restored as of its end and as of a moment after it", { timeout: 180_000 }, async () => {
  expect(await runRestoreRound(30, testDisk)).toEqual({ before: 30, during: 30, after: 30, wrong: [] });
});

describe("backups", () => {
  let folder: string;
  let backup: string;
  beforeAll(async () => {
    folder = await makeTestFolder("backups");
    backup = join(folder, "backup");
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data"), archiveDir: join(folder, "it's 100% kept") });
    await takeBackup({ dataDir: join(folder, "data"), to: backup });
    await postgres.stop();
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("are new folders of what runs", async () => {
    await expect(takeBackup({ dataDir: join(folder, "data"), to: backup })).rejects.toThrow("is there already: a backup is a new folder");
    await expect(takeBackup({ dataDir: join(folder, "data"), to: join(folder, "other") })).rejects.toThrow("no embedded Postgres runs in");
  });

  test("are restored into a new folder, from a whole backup, within what the archive has", async () => {
    const archiveDir = join(folder, "it's 100% kept");
    const restore = { from: backup, dataDir: join(folder, "restored") };

    await expect(restoreBackup({ ...restore, dataDir: join(folder, "data") })).rejects.toThrow("is there already: move it away");
    await expect(restoreBackup({ ...restore, from: folder })).rejects.toThrow("is no backup: it has no backup.json");
    await expect(restoreBackup({ ...restore, at: new Date() })).rejects.toThrow("a moment can be restored from an archive only");
    await expect(restoreBackup({ ...restore, archiveDir, at: new Date("2026-01-01T00:00:00Z") })).rejects.toThrow("take an earlier one");
    await expect(restoreBackup({ ...restore, archiveDir, at: new Date(Date.now() + 60_000) })).rejects.toThrow(
      "recovery ended before configured recovery target was reached",
    );

    await restoreBackup({ ...restore, archiveDir });
    const postgres = await startEmbeddedPostgres({ dataDir: restore.dataDir });
    await postgres.stop();
  }, 120_000);
});
