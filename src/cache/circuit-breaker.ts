export type CircuitBreakerOptions = {
  /** So many failures in a row open it. */
  failuresMax: number;
  /** Waits before the first probe; doubles with each that fails, up to `probeWaitMaxMs`. */
  probeWaitMs: number;
  probeWaitMaxMs: number;
  /** Asks the other side for a sign of life; rejects where there is none. */
  probe(): Promise<unknown>;
  onChange(isOpen: boolean): void;
};

export type CircuitBreaker = {
  isOpen(): boolean;
  succeeded(): void;
  failed(): void;
  /** Probes at once: there is reason to hope. */
  probeNow(): void;
  stop(): void;
};

/** Stops asking what keeps failing. Probes run in the background, so no caller waits for one. */
export function createCircuitBreaker({ failuresMax, probeWaitMs, probeWaitMaxMs, probe, onChange }: CircuitBreakerOptions): CircuitBreaker {
  let failures = 0;
  let isOpen = false;
  let isStopped = false;
  let wait = probeWaitMs;
  let timer: NodeJS.Timeout | undefined;

  function change(toOpen: boolean): void {
    isOpen = toOpen;
    failures = 0;
    wait = probeWaitMs;
    clearTimeout(timer);
    if (isOpen) probeLater();
    onChange(isOpen);
  }

  function probeLater(): void {
    timer = setTimeout(() => void probeOnce(), wait);
    timer.unref();
  }

  async function probeOnce(): Promise<void> {
    const isAlive = await probe().then(
      () => true,
      () => false,
    );
    if (!isOpen || isStopped) return;
    if (isAlive) return change(false);
    wait = Math.min(wait * 2, probeWaitMaxMs);
    probeLater();
  }

  return {
    isOpen: () => isOpen,
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      if (!isOpen && !isStopped && failures >= failuresMax) change(true);
    },
    probeNow() {
      if (!isOpen || isStopped) return;
      clearTimeout(timer);
      void probeOnce();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
