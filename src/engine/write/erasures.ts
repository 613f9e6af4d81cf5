import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";

/** After all that the batch writes of these members: what it has written of them before goes too. */
export function* erasureStatements({ added: { erasures } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (erasures.length === 0) return;
  yield {
    name: "erase_members",
    text: "select loyalty_erase_members($1::bigint[])",
    values: [erasures.map(({ memberKey }) => memberKey)],
  };
}
