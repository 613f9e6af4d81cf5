import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

/** What the processes of a benchmark are: each with all that it has started. */
export type Role = "service" | "postgres" | "redis" | "load" | "bench";
export type RoleOf = { pid: number; role: Role };

/** CPU seconds since the machine started: of each role, and all of it but what serves interrupts and the kernel's own work. */
export type CpuSample = { at: number; ofRole: Record<Role, number>; busy: number };
/** What was used between two samples: CPU seconds of each role, and how many cores something else kept busy. */
export type CpuUse = { seconds: number; ofRole: Record<Role, number>; othersCores: number };

export type ProcessTimes = { pid: number; parent: number; ticks: number };

const KTHREADD = 2;
const noCpu = (): Record<Role, number> => ({ service: 0, postgres: 0, redis: 0, load: 0, bench: 0 });

/** A line of /proc/PID/stat: own time and that of children that have ended, so that nothing is lost with a process that ends. */
export function parseProcessTimes(text: string): ProcessTimes {
  // The name stands in brackets and may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
  return { pid: Number.parseInt(text, 10), parent: Number(fields[1]), ticks };
}

/** The first line of /proc/stat: user, nice, system and what the machine below took away. Interrupts are nobody's. */
export function parseBusyTicks(text: string): number {
  const [, user, nice, system, , , , , steal] = text.slice(0, text.indexOf("\n")).split(/\s+/);
  return Number(user) + Number(nice) + Number(system) + Number(steal);
}

/** Adds up each role's processes with all below them; a process belongs to the nearest named one above it. */
export function ticksOfRoles(
  processes: readonly ProcessTimes[],
  roles: readonly RoleOf[],
): { ofRole: Record<Role, number>; kernel: number } {
  const byPid = new Map(processes.map((own) => [own.pid, own]));
  const named = new Map(roles.map(({ pid, role }) => [pid, role]));
  const ofRole = noCpu();
  let kernel = 0;
  for (const { pid, ticks } of processes) {
    let at: number | undefined = pid;
    while (at !== undefined && at > 0 && at !== KTHREADD && !named.has(at)) at = byPid.get(at)?.parent;
    const role = at === undefined ? undefined : named.get(at);
    if (role !== undefined) ofRole[role] += ticks;
    else if (at === KTHREADD) kernel += ticks;
  }
  return { ofRole, kernel };
}

/** Of two samples. Children that ended without a parent who waits are nobody's: others are never less than none. */
export function cpuBetween(before: CpuSample, after: CpuSample): CpuUse {
  const seconds = (after.at - before.at) / 1_000;
  const ofRole = noCpu();
  for (const role of Object.keys(ofRole) as Role[]) ofRole[role] = Math.max(0, after.ofRole[role] - before.ofRole[role]);
  const own = Object.values(ofRole).reduce((sum, value) => sum + value, 0);
  return { seconds, ofRole, othersCores: Math.max(0, (after.busy - before.busy - own) / seconds) };
}

/** Reads the times of all processes of the machine. Linux only. */
export class CpuMeter {
  readonly #roles: RoleOf[] = [{ pid: process.pid, role: "bench" }];
  readonly #ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

  watch(role: Role, pid: number): void {
    this.#roles.push({ pid, role });
  }

  async sample(): Promise<CpuSample> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const read = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(goneIsNothing)));
    const busyTicks = parseBusyTicks(await readFile("/proc/stat", "utf8"));
    const at = performance.now();
    const { ofRole, kernel } = ticksOfRoles(read.filter((text) => text !== "").map(parseProcessTimes), this.#roles);
    const inSeconds = (ticks: number) => ticks / this.#ticksPerSecond;
    for (const role of Object.keys(ofRole) as Role[]) ofRole[role] = inSeconds(ofRole[role]);
    return { at, ofRole, busy: inSeconds(busyTicks - kernel) };
  }
}

/** A process may end while it is looked at. */
function goneIsNothing(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT" || error.code === "ESRCH") return "";
  throw error;
}
