import { readFile } from "node:fs/promises";

/** The most memory that a process has had resident until now, in MB. Linux only. */
export const peakMegabytes = (pid: number): Promise<number> => readMegabytes(pid, "VmHWM");

/** What it has resident now, in MB. Linux only. */
export const residentMegabytes = (pid: number): Promise<number> => readMegabytes(pid, "VmRSS");

async function readMegabytes(pid: number, name: "VmHWM" | "VmRSS"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`/proc says nothing of the memory of ${pid}`);
  return Math.round(Number(kilobytes) / 1024);
}
