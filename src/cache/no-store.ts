import type { CopyStore } from "./balance-cache.ts";

/** Keeps nothing: for several processes without Redis, whose copies would not hear of each other's commits. */
export const NO_STORE: CopyStore = {
  get: async () => undefined,
  fill: () => undefined,
  commit: () => undefined,
  ping: async () => undefined,
  close: async () => undefined,
};
