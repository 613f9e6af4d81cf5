import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { Candidate } from "../candidate.ts";
import { memberId, orderOf, SEED_MEMBERS } from "../cart.ts";
import { settle } from "../data/fill.ts";
import { importLines } from "../data/import-lines.ts";
import { withClient } from "../durable-postgres.ts";
import type { Contender } from "../measure/rounds.ts";
import { shopProgram } from "../program.ts";
import type { Stack } from "../stack.ts";
import type { Case } from "./case.ts";
import { timed } from "./contenders.ts";
import { ENGINE } from "./orders.ts";

/** For each second that a window has elsewhere. */
const ORDERS_A_SECOND = 3_000;
const MEMBERS = 5 * SEED_MEMBERS;
const COPY = "COPY of the same rows and one balance update";
const TABLES = ["directory", "orders", "entries", "lots", "activity", "tier_changes", "event_batches", "events"];

function* orderLines(run: string, orders: number): Generator<object> {
  const now = new Date();
  for (let n = 0; n < orders; n += 1) yield { type: "order", ...orderOf(`import-${run}-${n}`, memberId(n % MEMBERS), now) };
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const since = performance.now();
  await work();
  return (performance.now() - since) / 1_000;
};

/** Orders of members who are there already, in one request. */
export function importContender(candidate: Candidate, title: string, seconds: number): Contender {
  const orders = ORDERS_A_SECOND * seconds;
  let run = 0;
  const bring = async () => {
    const { url } = await candidate.usual();
    run += 1;
    await importLines(url, candidate.headers, orderLines(String(run), orders));
  };
  return timed(title, async () => ({ seconds: await secondsOf(bring), count: orders }), {
    warmUp: bring,
    ready: () => settle(candidate.databaseUrl),
  });
}

type Copies = { databaseUrl: string; folder: string; orders: number };

/**
 * One writer that has the rows ready in files: the rows that an import wrote, into tables of the same schema where no service runs, as
 * those of another program each time, with members whose balances one statement then adds up.
 */
async function copyContender(stack: Stack, source: Candidate, { databaseUrl, folder, orders }: Copies): Promise<Contender> {
  let program = 1_000;
  const fileOf = (table: string) => pg.escapeLiteral(join(folder, `${table}.copy`));
  return timed(
    COPY,
    async () => ({
      seconds: await secondsOf(() =>
        withClient(databaseUrl, async (client) => {
          await client.query("begin");
          for (const table of TABLES) await client.query(`copy ${table} from ${fileOf(table)} (format binary)`);
          // Nothing is known of the rows that just came: one would be taken for all of them.
          await client.query("set local enable_nestloop = off");
          await client.query(
            `update accounts a set available = s.points, accrued_total = s.points, entry_seq = s.entries, version = s.entries
               from (select member_key, sum(points) as points, count(*) as entries from entries where program_id = $1 group by member_key) s
              where a.program_id = $1 and a.member_key = s.member_key and a.wallet = 1`,
            [program],
          );
          await client.query("commit");
        }),
      ),
      count: orders,
    }),
    {
      async ready() {
        program += 1;
        await withClient(databaseUrl, (client) =>
          client.query("insert into accounts (program_id, member_key, wallet, tier) select $1, member_key, 1, 'regular' from members", [
            program,
          ]),
        );
        await withClient(source.databaseUrl, async (client) => {
          for (const table of TABLES) await client.query(await exportStatement(client, table, program, fileOf(table)));
        });
        stack.tell(`${COPY}: the rows are ready as those of program ${program}`);
      },
    },
  );
}

/** The rows of the first import, under another program. */
async function exportStatement(client: pg.Client, table: string, program: number, file: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  const values = rows.map(({ name }) => (name === "program_id" ? `${program}::integer` : `t.${name}`));
  return `copy (select ${values.join(", ")} from first_${table} t) to ${file} (format binary)`;
}

export const imports: Case = {
  id: "imports",
  title: `POST /v1/import: orders of ${MEMBERS} members in one request`,
  writesToShop: false,
  async prepare({ stack }) {
    const candidate = await Candidate.create(stack, { name: "imports", program: shopProgram("imports"), members: MEMBERS });
    const databaseUrl = await stack.postgres.createDatabase("copies", "imports");
    const folder = join(stack.postgres.folder, "copies");
    await mkdir(folder);
    await chmod(folder, 0o777); // Postgres writes there, as another account

    const orders = ORDERS_A_SECOND * stack.options.seconds;
    const { url } = await candidate.usual();
    await importLines(url, candidate.headers, orderLines("first", orders));
    // What that import wrote: its orders say which entries, lots and events, and all activity of its day.
    await withClient(candidate.databaseUrl, keepFirstImport);
    return {
      contenders: [
        importContender(candidate, ENGINE, stack.options.seconds),
        await copyContender(stack, candidate, { databaseUrl, folder, orders }),
      ],
      claims: [{ case: this.id, contender: ENGINE, beside: COPY, figure: { of: "perSecond" }, goal: { atLeast: 0.35 } }],
      verified: [candidate],
      async close() {
        await candidate.stopServices();
        await rm(folder, { recursive: true });
      },
    };
  },
};

async function keepFirstImport(client: pg.Client): Promise<void> {
  const ofOrder = (column: string) => `t.${column} like 'import-first-%'`;
  const ofVersion = `exists (select from orders o where o.program_id = t.program_id and o.member_key = t.member_key
                       and o.order_id like 'import-first-%' and (o.answer -> 'balance' ->> 'version')::bigint = t.version)`;
  const conditions: Readonly<Record<string, string>> = {
    directory: ofOrder("id"),
    orders: ofOrder("order_id"),
    entries: ofOrder("source_id"),
    lots: ofOrder("source_id"),
    activity: "t.day >= current_date - 1",
    tier_changes: ofVersion,
    events: ofVersion,
    event_batches: "exists (select from first_events e where e.batch = t.batch)",
  };
  for (const table of TABLES.toSorted((a, b) => Number(a === "event_batches") - Number(b === "event_batches")))
    await client.query(`create unlogged table first_${table} as select t.* from ${table} t where ${conditions[table]}`);
}
