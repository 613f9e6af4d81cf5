import { randomUUID } from "node:crypto";
import { inProgram } from "../db/transaction.ts";
import { type DeliverDeps, deliverStep } from "./deliver-step.ts";
import { claimEndpoints, type Lease, programsWithWebhooks, releaseLease } from "./lease-store.ts";

/** Endpoints that one process delivers to at the same time. */
const ENDPOINTS_MAX = 256;

export interface Dispatcher {
  /** A program's feed has become longer. */
  wake(programId: number): void;
  /** Delivers what is due now, to every endpoint, and waits for it. */
  deliverAll(): Promise<void>;
  /** Begins nothing more and waits for the steps that are under way. */
  close(): Promise<void>;
}

/** Delivers the feed to webhooks. Several processes may: each endpoint is one process's at a time, and each goes on by itself. */
export function createDispatcher(deps: DeliverDeps, { intervalMs }: { intervalMs: number }): Dispatcher {
  const { pool, clock, log } = deps;
  const leaseId = randomUUID();
  const busy = new Map<string, Promise<void>>();
  const claiming = new Map<number, Promise<void>>();
  let isStopping = false;
  let polling: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function serve(lease: Lease): Promise<void> {
    try {
      while (!isStopping && (await deliverStep(deps, lease)));
      await inProgram(pool, lease.programId, (tx) => releaseLease(tx, lease));
    } catch (error) {
      log.error({ err: error, endpointId: lease.endpointId }, "a webhook could not be served; it is tried again when its lease ends");
    } finally {
      busy.delete(lease.endpointId);
    }
  }

  async function claim(programId: number): Promise<void> {
    if (isStopping || busy.size >= ENDPOINTS_MAX) return;
    try {
      const but = [...busy.keys()];
      const leases = await inProgram(pool, programId, (tx) => claimEndpoints(tx, { programId, leaseId }, { now: clock(), but }));
      for (const lease of leases) busy.set(lease.endpointId, serve(lease));
    } catch (error) {
      log.error({ err: error, programId }, "it could not be asked which webhooks have something to get; it is asked again");
    }
  }

  /** One claim of a program at a time. */
  function claimOnce(programId: number): Promise<void> {
    const running = claiming.get(programId) ?? claim(programId).finally(() => claiming.delete(programId));
    claiming.set(programId, running);
    return running;
  }

  async function claimAll(): Promise<void> {
    for (const programId of await programsWithWebhooks(pool)) await claimOnce(programId);
  }

  async function poll(): Promise<void> {
    try {
      await claimAll();
    } catch (error) {
      log.warn({ err: error }, "it could not be asked which programs have webhooks; it is asked again");
    }
  }

  function schedule(): void {
    if (intervalMs === 0 || isStopping) return;
    timer = setTimeout(() => {
      polling = poll().then(schedule);
    }, intervalMs);
    timer.unref();
  }
  schedule();

  return {
    wake(programId) {
      if (intervalMs > 0) void claimOnce(programId);
    },
    async deliverAll() {
      await claimAll();
      await Promise.all(busy.values());
    },
    async close() {
      isStopping = true;
      clearTimeout(timer);
      await polling;
      await Promise.all(claiming.values());
      await Promise.all(busy.values());
    },
  };
}
