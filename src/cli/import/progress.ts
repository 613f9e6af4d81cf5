import { SingleBar } from "cli-progress";
import { formatCount } from "../minor-units.ts";
import { note } from "../output.ts";

/** Where an import stands: bytes of the file whose lines are answered, and those lines. */
export type Standing = { bytes: number; lines: number; failed: number };

export type Progress = { update(standing: Standing): void; stop(): void };

const PLAIN_EVERY_MS = 5_000;
const BAR_EVERY_MS = 100;

/** A bar on a terminal, a line every few seconds elsewhere; on standard error, beside the results. */
export function showProgress(size: number): Progress {
  return process.stderr.isTTY ? bar(size) : plainLines(size);
}

/** Lines a second since the start, and the seconds left when the rest of the file goes at the same pace. */
function pace({ bytes, lines }: Standing, size: number, startedAt: number): { rate: string; left: string } {
  const seconds = Math.max((performance.now() - startedAt) / 1000, 0.001);
  const left = bytes === 0 ? undefined : ((size - bytes) * seconds) / bytes;
  return { rate: formatCount(Math.round(lines / seconds)), left: left === undefined ? "?" : duration(left) };
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function bar(size: number): Progress {
  const startedAt = performance.now();
  const shown = new SingleBar({
    format: "{bar} {percentage}% | {lines} lines | {rate}/s | {left} left | {failed} failed",
    hideCursor: true,
    stream: process.stderr,
    fps: 1000 / BAR_EVERY_MS,
  });
  shown.start(size, 0, { lines: "0", rate: "0", left: "?", failed: "0" });
  return {
    update: (standing) => {
      const counts = { lines: formatCount(standing.lines), failed: formatCount(standing.failed) };
      shown.update(standing.bytes, { ...counts, ...pace(standing, size, startedAt) });
    },
    stop: () => shown.stop(),
  };
}

function plainLines(size: number): Progress {
  const startedAt = performance.now();
  let shownAt = startedAt;
  return {
    update: (standing) => {
      if (performance.now() - shownAt < PLAIN_EVERY_MS) return;
      shownAt = performance.now();
      const { rate, left } = pace(standing, size, startedAt);
      note(`${formatCount(standing.lines)} lines, ${rate}/s, ${left} left, ${formatCount(standing.failed)} failed`);
    },
    stop: () => undefined,
  };
}
