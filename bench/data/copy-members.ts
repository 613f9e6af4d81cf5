import pg from "pg";
import { SEED } from "../cart.ts";
import { withClient } from "../durable-postgres.ts";

/** Copies that one statement makes. */
const STEP = 10;
const WRITERS = 2;

/** Written in the background from what is committed, for the copies as for all: copies of them would be wrong. */
const WRITTEN_AFTERWARDS = /^ledger_/;

type Column = { name: string; type: string };
/** What was imported: from which member key and batch on, how many of them, and the positions of its events, which follow `before`. */
type Template = { program: number; key: number; keys: number; batch: number; batches: number; before: number; positions: number };

/**
 * Makes of the members of a program, who have just been imported, `copies` with all that is theirs, under other ids: `seed0-` in every text
 * and JSON becomes `seed1-`, and so on. The ledger of each copy is as whole as that of those it was copied from, and so is the feed.
 */
export async function copyMembers(url: string, program: string, copies: number): Promise<void> {
  const { statements, template } = await withClient(url, async (client) => {
    const template = await readTemplate(client, program);
    const statements: { text: string; values: number[] }[] = [];
    for (const table of await tablesOfMembers(client, template.program)) {
      const text = await copyStatement(client, table, template);
      for (let from = 1; from < copies; from += STEP) statements.push({ text, values: [from, Math.min(copies, from + STEP) - 1] });
    }
    return { statements, template };
  });
  const left = statements.values();
  const write = () =>
    withClient(url, async (client) => {
      await client.query("set synchronous_commit = off");
      for (const { text, values } of left) await client.query(text, values);
    });
  await Promise.all(Array.from({ length: WRITERS }, write));
  await withClient(url, (client) => finish(client, template, copies));
}

async function readTemplate(client: pg.Client, program: string): Promise<Template> {
  const { rows } = await client.query<Template>(
    `select p.program_id as program, m.from_key::float8 as key, m.keys::float8, b.from_batch::float8 as batch, b.batches::float8,
            b.before::float8, b.positions::float8
       from programs p
      cross join lateral (
        select min(member_key) as from_key, max(member_key) - min(member_key) + 1 as keys from members where program_id = p.program_id) m
      cross join lateral (
        select min(e.batch) as from_batch, max(e.batch) - min(e.batch) + 1 as batches, min(e.first_position) - 1 as before,
               sum(e.events) as positions
          from event_batches e
         where e.program_id = p.program_id
           and exists (select from events where program_id = e.program_id and batch = e.batch and member_key > 0)) b
       join event_feeds f on f.program_id = p.program_id and f.position = b.before + b.positions
      where p.id = $1`,
    [program],
  );
  const [template] = rows;
  if (template === undefined)
    throw new Error(`the events of ${program} cannot be copied: some have no position, or others come between them`);
  return template;
}

/** Tables with rows of the program's members, and its batches of events. */
async function tablesOfMembers(client: pg.Client, programId: number): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `select c.table_name as table from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and (c.column_name = 'member_key' or c.table_name = 'event_batches')
      group by 1 order by 1`,
  );
  const used: string[] = [];
  for (const { table } of rows) {
    if (WRITTEN_AFTERWARDS.test(table)) continue;
    const ofMember = table === "event_batches" ? "true" : "member_key > 0";
    const found = await client.query(`select from ${table} where program_id = $1 and ${ofMember} limit 1`, [programId]);
    if (found.rowCount === 1) used.push(table);
  }
  return used;
}

/** Parameters: first and last copy. */
async function copyStatement(client: pg.Client, table: string, template: Template): Promise<string> {
  const { rows: columns } = await client.query<Column>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  const values: string[] = [];
  for (const column of columns) values.push(await copiedValue(client, table, template, column));
  // Copies are there when the next ones are made: only what was imported is copied.
  const { program, key, keys, batch, batches } = template;
  const ofSeed =
    table === "event_batches" ? `t.batch between ${batch} and ${batch + batches - 1}` : `t.member_key between ${key} and ${key + keys - 1}`;
  return `insert into ${table} (${columns.map(({ name }) => pg.escapeIdentifier(name)).join(", ")})
          select ${values.join(", ")} from generate_series($1::integer, $2::integer) copy cross join ${table} t
           where t.program_id = ${program} and ${ofSeed}`;
}

async function copiedValue(client: pg.Client, table: string, template: Template, { name, type }: Column): Promise<string> {
  const column = `t.${pg.escapeIdentifier(name)}`;
  if (name === "member_key") return `${column} + copy * ${template.keys}::bigint`;
  if (name === "batch") return `${column} + copy * ${template.batches}::bigint`;
  if (name === "first_position") return `${column} + copy * ${template.positions}::bigint`;
  if (!/^(?:text|json|jsonb|text\[\])$/.test(type)) return column;
  const { rowCount } = await client.query(
    `select from ${table} t where t.program_id = $1 and position('${SEED}' in ${column}::text) > 0 limit 1`,
    [template.program],
  );
  return rowCount === 0 ? column : `replace(${column}::text, '${SEED}', 'seed' || copy || '-')::${type}`;
}

/** Feed and sequences go on behind the copies. */
async function finish(client: pg.Client, { program, before, positions }: Template, copies: number): Promise<void> {
  await client.query("update event_feeds set position = $2 where program_id = $1", [program, before + positions * copies]);
  await client.query("select setval(pg_get_serial_sequence('members', 'member_key'), (select max(member_key) from members))");
  await client.query("select setval(pg_get_serial_sequence('event_batches', 'batch'), (select max(batch) from event_batches))");
}
