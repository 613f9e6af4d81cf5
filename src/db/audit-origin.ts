import { AsyncLocalStorage } from "node:async_hooks";

/** Who asks for a change that is audited, and with which operation. */
export type AuditOrigin = {
  /** Id of the key, or `root`. */
  actor: string;
  requestId: string;
  /** The operationId. */
  action: string;
};

const origins = new AsyncLocalStorage<AuditOrigin>();

/** What `work` writes is audited as this one's change. */
export const auditedFor = <T>(origin: AuditOrigin, work: () => T): T => origins.run(origin, work);

/** Null where nobody asks: what jobs do by the clock, and what storefronts do, is no change by hand. */
export const auditOrigin = (): AuditOrigin | null => origins.getStore() ?? null;
