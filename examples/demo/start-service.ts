import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { readConfig } from "../../src/config.ts";
import type { Clock } from "../../src/core/clock.ts";
import { createService, type Service } from "../../src/service.ts";

export type DemoService = { url: string; rootKey: string; inside: Pick<Service, "app" | "engine" | "readPool">; close(): Promise<void> };

const ROOT_KEY = "loy_root_of_this_demo_only";

/** The whole service on an embedded Postgres, in a temporary folder that goes with it. Nothing of the environment matters. */
export async function startService(clock: Clock = () => new Date()): Promise<DemoService> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-demo-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o711); // of root's demo: Postgres runs as another account, which must get in
    const config = readConfig({ DATA_DIR: folder, PORT: "0" });
    const service = await createService(config, { clock, log: pino({ level: "warn" }), rootKey: ROOT_KEY });
    const url = await service.app.listen({ host: config.HOST, port: config.PORT });
    return {
      url,
      rootKey: ROOT_KEY,
      inside: service,
      close: async () => {
        await service.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
