import pg from "pg";
import { prepareValue } from "pg/lib/utils.js";
import { type AskedStatement, StatementGroup } from "./statement-group.ts";

/**
 * A connection that sends the named statements of one turn of the event loop as one group. All else, as `commit`, is sent by itself
 * behind what was asked for before it.
 */
export class GatheringClient extends pg.Client {
  #waiting: AskedStatement[] = [];
  readonly #types: pg.CustomTypesConfig;

  constructor(config: pg.ClientConfig = {}) {
    super(config);
    this.#types = config.types ?? pg.types;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the driver's own signatures are eight; whoever calls this sees those
  override query(...asked: any[]): any {
    const [config, values, callback] = asked;
    if (isNamedStatement(config) && values === undefined && callback === undefined) {
      return new Promise((resolve, reject) => this.#gather({ ...config, values: config.values ?? [], resolve, reject }));
    }
    this.#sendGathered();
    return super.query(config, values, callback);
  }

  #gather(statement: AskedStatement): void {
    this.#waiting.push(statement);
    if (this.#waiting.length === 1) process.nextTick(() => this.#sendGathered());
  }

  #sendGathered(): void {
    if (this.#waiting.length === 0) return;
    const statements = this.#waiting;
    this.#waiting = [];
    super.query(new StatementGroup(statements, { types: this.#types, write: prepareValue }));
  }
}

type NamedStatement = { name: string; text: string; values?: readonly unknown[] };

const isNamedStatement = (config: unknown): config is NamedStatement =>
  typeof config === "object" && config !== null && !("submit" in config) && "name" in config && typeof config.name === "string";
