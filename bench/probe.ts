import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 10;

/** Asks one thing again and again while `work` is under way, and says how long the answers took. */
export async function probe(
  { url, headers }: { url: string; headers: Record<string, string> },
  work: () => Promise<void>,
): Promise<string> {
  let isOver = false;
  const done = work().finally(() => {
    isOver = true;
  });
  const milliseconds: number[] = [];
  while (!isOver) {
    const startedAt = performance.now();
    const answer = await fetch(url, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    milliseconds.push(performance.now() - startedAt);
    await sleep(PAUSE_MS);
  }
  await done;
  milliseconds.sort((a, b) => a - b);
  const at = (share: number): string => (milliseconds[Math.ceil(milliseconds.length * share) - 1] ?? 0).toFixed(1);
  return `${milliseconds.length} answers, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}
