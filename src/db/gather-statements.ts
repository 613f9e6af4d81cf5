import type pg from "pg";
import { writeParameter } from "./array-literal.ts";
import { type AskedStatement, StatementGroup } from "./statement-group.ts";

type NamedStatement = { name: string; text: string; values?: readonly unknown[] };

const isNamedStatement = (config: unknown): config is NamedStatement =>
  typeof config === "object" && config !== null && !("submit" in config) && "name" in config && typeof config.name === "string";

/**
 * Lets a connection send the named statements of one turn of the event loop as one group. All else, as `commit`, is sent by itself
 * behind what was asked for before it.
 */
export function gatherStatements(client: pg.ClientBase, types: pg.CustomTypesConfig): void {
  const send: (...asked: never[]) => unknown = client.query.bind(client);
  let waiting: AskedStatement[] = [];

  function sendGathered(): void {
    if (waiting.length === 0) return;
    const statements = waiting;
    waiting = [];
    client.query(new StatementGroup(statements, { types, write: writeParameter }));
  }

  function gather(statement: AskedStatement): void {
    waiting.push(statement);
    if (waiting.length === 1) process.nextTick(sendGathered);
  }

  const query = (...asked: unknown[]): unknown => {
    const [config, ...more] = asked;
    if (isNamedStatement(config) && more.length === 0) {
      return new Promise((resolve, reject) => gather({ ...config, values: config.values ?? [], resolve, reject }));
    }
    sendGathered();
    return send(...(asked as never[]));
  };
  client.query = query as typeof client.query;
}
