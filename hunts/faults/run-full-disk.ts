import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../../src/db/embedded/postmaster.ts";
import { startTcpProxy, type TcpProxy } from "../../test/support/tcp-proxy.ts";
import type { JournalCheck } from "../load/check-journal.ts";
import type { LoadDriver } from "../load/load-driver.ts";
import { type OwnPostgres, startPostgresIn } from "../load/own-postgres.ts";
import { serviceUnderLoad } from "../load/service-under-load.ts";
import { type Fault, type FaultJudge, runEach } from "./fault.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

type FullDiskWorld = { driver: LoadDriver; disk: SmallDisk; postgres: OwnPostgres; proxy: TcpProxy };

const DISK_MEGABYTES = 512;
const WORKERS = 16;
const REFUSED = 20;
const AGAIN_MS = 20;
const CRASH_LIMIT_MS = 60_000;

/** There is room again, and Postgres is started where it has ended for want of it. */
async function makeRoom({ disk, postgres, proxy }: FullDiskWorld): Promise<void> {
  await disk.empty();
  await postgres.recover();
  proxy.aim(postgres.url());
}

const diskFaults = ({ count }: { count: number }): Fault<FullDiskWorld>[] => [
  {
    name: "the disk of Postgres full",
    count,
    async run(world) {
      const { driver, disk } = world;
      const wanted = driver.counts.unavailable + REFUSED;
      while (driver.counts.unavailable < wanted) {
        await disk.fill();
        await sleep(AGAIN_MS);
      }
      await makeRoom(world);
    },
  },
  {
    name: "the disk of Postgres full where it needs a new part of its log, so that it crashes",
    count,
    async run(world) {
      const { disk, postgres } = world;
      const isCrashed = async () => {
        await disk.fill();
        return postgres.query("select pg_switch_wal()").then(
          () => false,
          () => true,
        );
      };
      if (!(await waitUntil(isCrashed, CRASH_LIMIT_MS))) throw new Error("Postgres has room for its log on a full disk");
      await makeRoom(world);
    },
  },
];

/** Puts load on a service whose Postgres lies on a small disk, fills that again and again, and checks every operation. */
export async function runFullDisk({ seed, fills, ...judge }: FaultJudge & { seed: number; fills: number }): Promise<JournalCheck> {
  const disk = await mountSmallDisk(DISK_MEGABYTES);
  try {
    const postgres = await startPostgresIn(disk.folder);
    try {
      const proxy = await startTcpProxy(postgres.url());
      try {
        return await serviceUnderLoad(
          { settings: { DATABASE_URL: proxy.url }, databaseUrl: postgres.url, seed, workers: WORKERS },
          ({ driver }) => runEach(diskFaults({ count: fills }), { driver, disk, postgres, proxy }, judge),
        );
      } finally {
        await proxy.close();
      }
    } finally {
      await disk.empty();
      await postgres.close();
    }
  } finally {
    await disk.close();
  }
}
