import { statfs } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import pg from "pg";

const TMPFS = 0x01021994;

/** Of Postgres: what a commit costs, and what a large database does. */
const SETTINGS = [
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "shared_buffers",
  "huge_pages_status",
  "max_wal_size",
  "checkpoint_timeout",
] as const;

/** fsync costs nothing in memory: a measurement there would say nothing. */
export async function refuseMemoryDisk(folder: string): Promise<void> {
  const { type } = await statfs(folder);
  if (type === TMPFS) throw new Error(`${folder} lies in memory, where fsync is free: give --dir a folder on a disk`);
}

/** One line on what was measured where, with the durability that the database itself reports. */
export async function describeRun(databaseUrl: string, redis: string | undefined): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      "select name, current_setting(name) as setting from pg_settings where name = any ($1)",
      [["server_version", ...SETTINGS]],
    );
    const setting = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    const processors = cpus();
    return [
      new Date().toISOString().slice(0, 10),
      `${processors.length} × ${processors[0]?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, shared by load, service and database`,
      `Node ${process.versions.node}, Postgres ${setting.server_version} (${SETTINGS.map((name) => `${name} ${setting[name] ?? "unknown"}`).join(", ")})`,
      redis ?? "no Redis found: cached in the process only",
    ].join("\n");
  } finally {
    await client.end();
  }
}
