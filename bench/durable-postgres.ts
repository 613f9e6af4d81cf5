import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../src/db/embedded/embedded-postgres.ts";
import type { Closings } from "./closings.ts";
import { refuseMemoryDisk } from "./machine.ts";

/** Starts a Postgres of its own in a new folder below `dir`, which is removed at the end. Errors: a folder in memory. */
export async function startDurablePostgres(dir: string, closings: Closings): Promise<{ url: string; folder: string }> {
  await refuseMemoryDisk(dir);
  const folder = await mkdtemp(join(dir, "loyalty-bench-"));
  closings.add(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711); // as root Postgres runs as another account, which must get in
  const { url } = closings.opened(await startEmbeddedPostgres({ dataDir: folder }));
  return { url, folder };
}
