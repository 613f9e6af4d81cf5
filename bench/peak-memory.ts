import { readFile } from "node:fs/promises";

/** The most memory that a process has had resident until now, in MB (VmHWM). Linux only. */
export async function peakMegabytes(pid: number): Promise<number> {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kilobytes === undefined) throw new Error(`/proc says nothing of the memory of ${pid}`);
  return Math.round(Number(kilobytes) / 1024);
}
