import { type ServiceProcess, startServiceProcess } from "../../test/support/service-process.ts";
import type { JournalCheck } from "./check-journal.ts";
import { type LoadWorld, ROOT_KEY, type UnderLoad, underLoad } from "./under-load.ts";

export type ServiceUnderLoad = Omit<UnderLoad, "urls" | "rootKey"> & { settings: Record<string, string> };

/** The same with one service process of these settings, which is told to stop at the end. */
export async function serviceUnderLoad(
  { settings, ...load }: ServiceUnderLoad,
  disturb: (world: LoadWorld & { service: ServiceProcess }) => Promise<string[]>,
): Promise<JournalCheck> {
  const service = await startServiceProcess({ LOYALTY_ROOT_KEY: ROOT_KEY, LOG_LEVEL: "fatal", ...settings });
  try {
    return await underLoad({ ...load, urls: [service.url] }, (world) => disturb({ ...world, service }));
  } finally {
    service.signal("SIGTERM");
    await service.ended;
  }
}
