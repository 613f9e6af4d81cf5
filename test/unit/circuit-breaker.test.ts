import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCircuitBreaker } from "../../src/cache/circuit-breaker.ts";

function breakerWithProbe() {
  const other = { isAlive: false, probes: 0 };
  const changes: boolean[] = [];
  const breaker = createCircuitBreaker({
    failuresMax: 3,
    probeWaitMs: 100,
    probeWaitMaxMs: 400,
    probe: async () => {
      other.probes += 1;
      if (!other.isAlive) throw new Error("dead");
    },
    onChange: (isOpen) => changes.push(isOpen),
  });
  const fail = (times: number) => Array.from({ length: times }, () => breaker.failed());
  return { breaker, other, changes, fail };
}

describe("createCircuitBreaker", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("opens after so many failures in a row, not in total", () => {
    const { breaker, fail, changes } = breakerWithProbe();
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.isOpen()).toBe(false);

    fail(1);

    expect(breaker.isOpen()).toBe(true);
    expect(changes).toEqual([true]);
  });

  test("probes with growing waits, and closes with the first sign of life", async () => {
    const { breaker, other, fail, changes } = breakerWithProbe();
    fail(3);

    await vi.advanceTimersByTimeAsync(100 + 200 + 400 + 400);
    expect(other.probes).toBe(4);
    other.isAlive = true;
    await vi.advanceTimersByTimeAsync(400);

    expect(breaker.isOpen()).toBe(false);
    expect(changes).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(other.probes).toBe(5);
  });

  test("probes at once when it is told that there is hope", async () => {
    const { breaker, other, fail } = breakerWithProbe();
    fail(3);
    other.isAlive = true;

    breaker.probeNow();
    await vi.advanceTimersByTimeAsync(0);

    expect(breaker.isOpen()).toBe(false);
    expect(other.probes).toBe(1);
  });

  test("stays quiet once it is stopped", async () => {
    const { breaker, other, fail } = breakerWithProbe();
    fail(3);

    breaker.stop();
    await vi.advanceTimersByTimeAsync(5_000);

    expect(other.probes).toBe(0);
  });
});
