import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { readConfig } from "../../src/config.ts";
import { takeBackup } from "../../src/db/embedded/backup.ts";
import { restoreBackup } from "../../src/db/embedded/restore.ts";
import { createService, type Service } from "../../src/service.ts";

const ROOT_KEY = "loy_root_of_the_restore_hunt";
const PROGRAM = {
  id: "restored",
  name: "Restored",
  currency: "EUR",
  timeZone: "UTC",
  autoEnroll: true,
  wallets: [{ id: "points", name: "Points" }],
  tiers: [{ id: "member", name: "Member" }],
  rules: [{ id: "base", effects: [{ kind: "points_per_amount", wallet: "points", points: 1, perAmount: 100 }] }],
};
const MEMBERS = 20;
const AT_ONCE = 8;
/** Postgres compares the times of commits with the moment: nothing is under way this long around it. */
const STILL_MS = 50;

export type RestoreRound = { before: number; during: number; after: number; wrong: string[] };

/**
 * Places orders, takes a backup while more are placed, notes a moment, places more, and restores the backup as of its own end and as of
 * the moment. Each must hold every order that was answered before it and, of the moment's, none that was sent after it, prove itself
 * when verified, and take the orders that it lacks again. `orders` is how many each of the three parts has;
 * all of it happens in a new folder below `dir`.
 */
export async function runRestoreRound(orders: number, dir = tmpdir()): Promise<RestoreRound> {
  const folder = await mkdtemp(join(dir, "loyalty-restore-"));
  await chmod(folder, 0o711); // as root Postgres runs as another account, which must get in
  const archiveDir = join(folder, "archive");
  const place = placer();
  const wrong: string[] = [];
  try {
    const dataDir = join(folder, "data");
    const first = await openService({ DATA_DIR: dataDir, WAL_ARCHIVE_DIR: archiveDir });
    const sent = { before: await place(first, orders), during: [] as string[], after: [] as string[] };
    const backup = join(folder, "backup");
    let at: Date;
    try {
      const placing = place(first, orders);
      await takeBackup({ dataDir, to: backup });
      sent.during = await placing;
      await sleep(STILL_MS);
      at = new Date();
      await sleep(STILL_MS);
      sent.after = await place(first, orders);
      await switchLog(first);
    } finally {
      await first.close();
    }

    const ofEnd = join(folder, "of-end");
    await restoreBackup({ from: backup, dataDir: ofEnd });
    wrong.push(...(await compare(ofEnd, "the backup's end", { there: sent.before, gone: sent.after })));

    const ofMoment = join(folder, "of-moment");
    await restoreBackup({ from: backup, dataDir: ofMoment, archiveDir, at });
    const expected = { there: [...sent.before, ...sent.during], gone: sent.after };
    wrong.push(...(await compare(ofMoment, "the moment", expected)));
    return { before: sent.before.length, during: sent.during.length, after: sent.after.length, wrong };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openService(settings: Record<string, string>): Promise<Service> {
  const config = readConfig({ ...settings, JOBS_INTERVAL_SECONDS: "0" });
  const service = await createService(config, { clock: () => new Date(), log: pino({ level: "warn" }), rootKey: ROOT_KEY });
  try {
    await call(service, 200, "PUT", "/v1/program", PROGRAM);
    return service;
  } catch (error) {
    await service.close();
    throw error;
  }
}

const headers = { authorization: `Bearer ${ROOT_KEY}`, "loyalty-program": PROGRAM.id };

async function call(
  service: Service,
  status: number | number[],
  method: "GET" | "PUT" | "POST",
  url: string,
  payload?: object,
): Promise<string> {
  const answer = await service.app.inject({ method, url, headers, ...(payload && { payload }) });
  if (![status].flat().includes(answer.statusCode)) throw new Error(`${method} ${url} answered ${answer.statusCode}: ${answer.body}`);
  return answer.body;
}

const orderBody = (id: string) => ({
  id,
  memberId: `m${Number(id) % MEMBERS}`,
  occurredAt: "2026-06-01T12:00:00Z",
  currency: PROGRAM.currency,
  lines: [{ line: 1, sku: "sku", quantity: 1, unitPrice: 1000 }],
});

/** Places orders with numbers of their own and answers their ids; all are answered then. */
function placer(): (service: Service, count: number) => Promise<string[]> {
  let placed = 0;
  return async (service, count) => {
    const ids: string[] = [];
    while (ids.length < count) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - ids.length) }, () => String(++placed));
      await Promise.all(some.map((id) => call(service, 201, "POST", "/v1/orders", orderBody(id))));
      ids.push(...some);
    }
    return ids;
  };
}

/** The part of the log that is being written is kept too, as it would be after a minute. */
async function switchLog({ readPool }: Service): Promise<void> {
  await readPool.query("reset role");
  const { rows } = await readPool.query<{ part: string }>("select pg_walfile_name(pg_switch_wal()) as part");
  for (;;) {
    const kept = await readPool.query<{ isKept: boolean }>('select last_archived_wal >= $1 as "isKept" from pg_stat_archiver', [
      rows[0]?.part,
    ]);
    if (kept.rows[0]?.isKept) return;
    await sleep(STILL_MS);
  }
}

async function compare(dataDir: string, what: string, { there, gone }: { there: string[]; gone: string[] }): Promise<string[]> {
  const service = await openService({ DATA_DIR: dataDir });
  try {
    const wrong: string[] = [];
    for (const id of there) {
      const { statusCode } = await service.app.inject({ method: "GET", url: `/v1/orders/${id}`, headers });
      if (statusCode !== 200) wrong.push(`${what}: the order ${id}, which had been answered, is lost (${statusCode})`);
    }
    for (const id of what === "the moment" ? gone : []) {
      const { statusCode } = await service.app.inject({ method: "GET", url: `/v1/orders/${id}`, headers });
      if (statusCode !== 404) wrong.push(`${what}: the order ${id} is there, which came later (${statusCode})`);
    }
    for (const id of [...there, ...gone]) await call(service, [200, 201], "POST", "/v1/orders", orderBody(id));
    const { differenceCount, orders } = JSON.parse(await call(service, 200, "GET", "/v1/verification")) as Record<string, number>;
    if (differenceCount !== 0) wrong.push(`${what}: ${differenceCount} differences`);
    const count = there.length + gone.length;
    if (orders === undefined || orders < count) wrong.push(`${what}: ${orders} orders instead of ${count}`);
    return wrong;
  } finally {
    await service.close();
  }
}
