import type pg from "pg";

/** What a table holds, what that takes, and how its rows were changed in place. */
export type TableGrowth = {
  table: string;
  rows: number;
  /** With what does not fit into a row, without indexes. */
  heapBytes: number;
  indexBytes: number;
  updates: number;
  /** Updates that touched no index: the new row found room on the page of the old one. */
  hotUpdates: number;
  deadRows: number;
};

/** Every table that has rows, the largest first. */
export async function readTableGrowth(client: pg.ClientBase): Promise<TableGrowth[]> {
  // What the statistics say of changes is told a moment later; sizes are as they are on the disk.
  const { rows } = await client.query<{ table: string; heap: string; index: string; updates: string; hot: string; dead: string }>(
    `select relname as table, pg_table_size(relid) as heap, pg_indexes_size(relid) as index,
            n_tup_upd as updates, n_tup_hot_upd as hot, n_dead_tup as dead
       from pg_stat_user_tables order by pg_total_relation_size(relid) desc`,
  );
  const counted: TableGrowth[] = [];
  for (const { table, heap, index, updates, hot, dead } of rows) {
    const found = await client.query<{ rows: string }>(`select count(*) as rows from ${client.escapeIdentifier(table)}`);
    const changes = { updates: Number(updates), hotUpdates: Number(hot), deadRows: Number(dead) };
    counted.push({ table, rows: Number(found.rows[0]?.rows), heapBytes: Number(heap), indexBytes: Number(index), ...changes });
  }
  return counted.filter((growth) => growth.rows > 0);
}

/** A line for each table in Markdown, and one for all. `per` is what the bytes are divided by, named `unit`. */
export function growthTable(growth: readonly TableGrowth[], unit: string, per: number): string {
  const bytesOf = ({ heapBytes, indexBytes }: TableGrowth) => heapBytes + indexBytes;
  const lines = growth.map((table) => {
    const { rows, indexBytes, updates, hotUpdates, deadRows } = table;
    const hot = updates === 0 ? "–" : `${Math.round((100 * hotUpdates) / updates)} % of ${updates}`;
    const cells = [
      `\`${table.table}\``,
      rows,
      Math.round(bytesOf(table) / rows),
      Math.round(indexBytes / rows),
      Math.round(bytesOf(table) / per),
      hot,
      deadRows,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const all = growth.reduce((sum, table) => sum + bytesOf(table), 0);
  return [
    `| table | rows | bytes a row | of them indexes | bytes ${unit} | updates in place | dead rows |`,
    "|---|---|---|---|---|---|---|",
    ...lines,
    `| all | | | | ${Math.round(all / per)} | | |`,
  ].join("\n");
}
