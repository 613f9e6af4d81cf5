import { readFileSync, statfsSync } from "node:fs";
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
/** What the folders of one run hold at most at one time, with room for others. */
const ROOM_BYTES = 4 * 2 ** 30;

/** Whether there is a disk in memory with room from which programs can be run, as Postgres is from copies in its folder. */
function isMemoryRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    const options = mounts.find((line) => line.split(" ")[1] === MEMORY)?.split(" ")[3] ?? "noexec";
    return bavail * bsize >= ROOM_BYTES && !options.split(",").includes("noexec");
  } catch {
    return false; // another system has no such folder
  }
}

/** Where folders of tests go that need not outlive the machine: kill -9 of a Postgres loses nothing in memory either. */
export const testDisk = isMemoryRoomy() ? MEMORY : tmpdir();

/** A new folder, which the account that Postgres runs as may enter. */
export async function makeTestFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(testDisk, `loyalty-${name}-`));
  await chmod(folder, 0o711);
  return folder;
}
