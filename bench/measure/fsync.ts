import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { median } from "./statistics.ts";

const TIMES = 15;
const PAGE = Buffer.alloc(8_192, 1);

/** What one fsync of a page that was just written takes in a folder, in milliseconds: the median of some. */
export async function fsyncMs(folder: string): Promise<number> {
  const path = join(folder, "fsync-probe");
  const file = await open(path, "w");
  try {
    const milliseconds: number[] = [];
    for (let n = 0; n < TIMES; n += 1) {
      await file.write(PAGE, 0, PAGE.length, n * PAGE.length);
      const since = performance.now();
      await file.sync();
      milliseconds.push(performance.now() - since);
    }
    return median(milliseconds);
  } finally {
    await file.close();
    await rm(path);
  }
}
