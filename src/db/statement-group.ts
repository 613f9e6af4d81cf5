import type { Writable } from "node:stream";
import pg from "pg";
import { holdWrites } from "./hold-writes.ts";

/** A named statement as it is asked for, and who waits for its result. */
export type AskedStatement = {
  name: string;
  text: string;
  values: readonly unknown[];
  resolve(result: pg.QueryResult): void;
  reject(error: unknown): void;
};

type Field = { name: string; dataTypeID: number; format: "text" | "binary" };
type Column = { name: string; parse(text: string): unknown };
/** Of one result, as Postgres describes it once for each connection and statement. */
type Shape = { fields: Field[]; columns: Column[] };

/** What of the driver's connection is used here: its types know an older one. */
export type PgConnection = {
  stream: Writable;
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  parse(statement: { name: string; text: string }): void;
  bind(statement: { statement: string; values: readonly unknown[]; valueMapper: (value: unknown) => unknown }): void;
  describe(portal: { type: "P"; name: string }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
};

type Answer = { result: pg.QueryResult } | { error: unknown };

const NO_SHAPE: Shape = { fields: [], columns: [] };
const shapesOf = new WeakMap<PgConnection, Map<string, Shape>>();

/** `INSERT 0 5`, `SELECT 3`, `SET`. */
const TAG = /^([A-Za-z ]+?)(?: \d+)??(?: (\d+))?$/;

/** How values are read and written. */
export type ValueFormats = {
  types: pg.CustomTypesConfig;
  /** A value of a parameter as the driver writes it. */
  write(value: unknown): unknown;
};

/**
 * Statements that were asked for together, as one query of the driver: sent and answered in one go. The driver ends each query with a
 * Sync, at which Postgres sends what it has and both sides wake up; here only the last one has it. Where Postgres refuses one, all fail:
 * those behind it are not run, and what those before it did is undone, with their transaction or as the one that they are without.
 * A result is described once for each connection: Postgres refuses a prepared statement whose columns have changed.
 */
export class StatementGroup extends pg.Query {
  readonly #statements: readonly AskedStatement[];
  readonly #formats: ValueFormats;
  readonly #answers: Answer[] = [];
  /** The driver puts its own before it, which ends the time that it gives a query. */
  declare callback: (error: unknown) => void;
  #shapes = new Map<string, Shape>();
  #rows: Record<string, unknown>[] = [];
  #shape: Shape | undefined;
  #unreadable: { error: unknown } | undefined;
  /** Of those that were never sent. */
  #unsent: unknown;

  constructor(statements: readonly AskedStatement[], formats: ValueFormats) {
    super({ text: "" });
    this.#statements = statements;
    this.#formats = formats;
    this.callback = (error) => this.#settle(error ?? undefined);
  }

  get #current(): AskedStatement | undefined {
    return this.#statements[this.#answers.length];
  }

  // The driver keeps by these which statements a connection knows: the answers come in the order of the statements.
  get name(): string | undefined {
    return this.#current?.name;
  }
  set name(_none: string | undefined) {}
  get text(): string | undefined {
    return this.#current?.text;
  }
  set text(_none: string | undefined) {}

  override submit = (sentOver: unknown): void => {
    const connection = sentOver as PgConnection;
    this.#shapes = shapesOf.get(connection) ?? this.#shapes;
    shapesOf.set(connection, this.#shapes);
    holdWrites(connection.stream);
    try {
      for (const statement of this.#statements) this.#send(connection, statement);
    } catch (error) {
      this.#unsent = error;
    }
    connection.sync();
  };

  #send(connection: PgConnection, { name, text, values }: AskedStatement): void {
    const known = connection.parsedStatements[name] ?? connection.submittedNamedStatements[name];
    if (known !== undefined && known !== text) throw new Error(`the name '${name}' stands for another statement`);
    // Before anything of it is sent: a value may be none that can be written.
    const written = values.map((value) => this.#formats.write(value));
    if (known === undefined) {
      connection.parse({ name, text });
      connection.submittedNamedStatements[name] = text;
    }
    connection.bind({ statement: name, values: written, valueMapper: (value) => value });
    if (!this.#shapes.has(name)) connection.describe({ type: "P", name: "" });
    connection.execute({ portal: "", rows: 0 });
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    const columns = fields.map(({ name, dataTypeID, format }) => ({ name, parse: this.#formats.types.getTypeParser(dataTypeID, format) }));
    this.#shape = { fields, columns };
  }

  handleDataRow({ fields: texts }: { fields: (string | null)[] }): void {
    try {
      const { columns } = this.#shapeOfCurrent();
      const row: Record<string, unknown> = {};
      for (const [index, { name, parse }] of columns.entries()) {
        const text = texts[index] ?? null;
        row[name] = text === null ? null : parse(text);
      }
      this.#rows.push(row);
    } catch (error) {
      this.#unreadable ??= { error };
    }
  }

  #shapeOfCurrent(): Shape {
    return this.#shape ?? this.#shapes.get(this.name ?? "") ?? NO_SHAPE;
  }

  handleCommandComplete({ text: tag }: { text: string }): void {
    const [, command = tag, count] = TAG.exec(tag) ?? [];
    const shape = this.#shapeOfCurrent();
    this.#shapes.set(this.name ?? "", shape);
    const rowCount = count === undefined ? null : Number(count);
    const result = { command, rowCount, oid: 0, rows: this.#rows, fields: shape.fields as pg.FieldDef[] };
    this.#answers.push(this.#unreadable ?? { result });
    this.#rows = [];
    this.#shape = undefined;
    this.#unreadable = undefined;
  }

  handleReadyForQuery(): void {
    this.callback(undefined);
  }

  handleError(error: unknown, connection: PgConnection): void {
    for (const { name } of this.#statements.slice(this.#answers.length)) delete connection.submittedNamedStatements[name];
    this.callback(error);
  }

  #settle(error: unknown): void {
    for (const [index, { resolve, reject }] of this.#statements.entries()) {
      const answer = error === undefined ? (this.#answers[index] ?? { error: this.#unsent }) : { error };
      if ("error" in answer) reject(answer.error);
      else resolve(answer.result);
    }
  }
}
