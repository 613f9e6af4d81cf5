import { spawnSync } from "node:child_process";
import { mkdtemp, open, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PIECES = [Buffer.alloc(1_000_000), Buffer.alloc(4_096)];

/** A volume in memory of a hunt's own, which it may fill to the last byte. */
export type SmallDisk = {
  folder: string;
  fill(): Promise<void>;
  /** Takes away what it was filled with. */
  empty(): Promise<void>;
  close(): Promise<void>;
};

/** Errors: it may not be mounted here. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-small-disk-"));
  try {
    run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0711`, "loyalty-hunt", folder);
  } catch (error) {
    await rmdir(folder);
    throw error;
  }
  const ballast = join(folder, "ballast");
  return {
    folder,
    async fill() {
      const file = await open(ballast, "a");
      try {
        for (const piece of PIECES) while (await isWritten(() => file.write(piece)));
      } finally {
        await file.close();
      }
    },
    empty: () => rm(ballast, { force: true }),
    async close() {
      run("umount", folder);
      await rmdir(folder);
    },
  };
}

async function isWritten(write: () => Promise<{ bytesWritten: number }>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}

function run(program: string, ...given: string[]): void {
  const { status, stderr, error } = spawnSync(program, given, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed (it takes root on Linux): ${error?.message ?? stderr.trim()}`);
}
