import { type ApiDocument, type ApiOperation, resolved, type Schema } from "../contract/api-document.ts";

/** A request that puts a name into one place. */
export type NamedPlace = {
  at: string;
  /** The name is that of a thing which the request makes. */
  isNew: boolean;
  request(name: string): { path: string; body?: string; type?: string };
};

/** What a request names in its other places: the caller's own things, and new ones. */
export type OwnNames = {
  /** Id of all that the caller has. */
  own: string;
  /** Of what cannot have that id, by the parameter of the path or the query. */
  made: Readonly<Record<string, string>>;
  fresh(): string;
};

/** What names a thing without having the shape of an id: what shoppers type and what the service made. */
const NAMING = new Set(["coupons", "quoteToken", "code", "to", "cursor"]);
const ANY_TEXT: Schema = { type: "string", pattern: "^\\S+$" };

type Field = { at: string; put(name: string): unknown };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Ids are letters and hyphens without spaces; free text takes a space, a time or a kind takes no such letters. */
function isId(schema: Schema, own: string): boolean {
  if (schema.type !== "string" || schema.pattern === undefined || schema.enum || schema.const !== undefined) return false;
  const shape = new RegExp(schema.pattern, "u");
  return shape.test(own) && !shape.test(`${own} and more`);
}

/** Whether an example shows this branch of a body. */
const fits = ({ properties = {} }: Schema, example: unknown): boolean =>
  isObject(example) && Object.keys(example).every((name) => name in properties);

/** A field with such a name takes any text as an id. */
function asNaming(name: string, schema: Schema): Schema {
  if (!NAMING.has(name)) return schema;
  if (schema.items) return { ...schema, items: ANY_TEXT };
  return schema.type === "string" ? ANY_TEXT : schema;
}

/**
 * Every place where a request of the operation names a thing, as the document says: parts of the path, filters and cursors, fields of
 * the body and of its lines. Around it the request is the documented example, or the least that the schema demands.
 */
export function namedPlacesOf(document: ApiDocument, operation: ApiOperation, { own, made, fresh }: OwnNames): NamedPlace[] {
  const resolve = (schema: Schema): Schema => resolved(document, schema);

  function sample(given: Schema, example: unknown): unknown {
    const schema = resolve(given);
    const [branch] = schema.oneOf ?? schema.anyOf ?? [];
    if (branch) return example ?? sample(branch, undefined);
    if (schema.properties) {
      const shown = isObject(example) ? example : {};
      const needed = Object.entries(schema.properties).filter(([name]) => name in shown || schema.required?.includes(name));
      return { ...shown, ...Object.fromEntries(needed.map(([name, property]) => [name, sample(property, shown[name])])) };
    }
    if (schema.items) return [sample(schema.items, Array.isArray(example) ? example[0] : undefined)];
    if (isId(schema, own)) return own;
    return example ?? schema.const ?? schema.enum?.[0] ?? schema.example ?? (schema.type === "string" ? "text" : 1);
  }

  function fieldsOf(given: Schema, example: unknown, within: readonly Schema[] = []): Field[] {
    const schema = resolve(given);
    if (within.includes(schema)) return [];
    const inside = [...within, schema];
    const branches = schema.oneOf ?? schema.anyOf;
    if (branches) return branches.flatMap((branch) => fieldsOf(branch, fits(resolve(branch), example) ? example : undefined, inside));
    if (schema.properties) {
      const whole = sample(schema, example) as Record<string, unknown>;
      return Object.entries(schema.properties).flatMap(([name, property]) =>
        fieldsOf(asNaming(name, resolve(property)), whole[name], inside).map(({ at, put }) => ({
          at: `/${name}${at}`,
          put: (value) => ({ ...whole, [name]: put(value) }),
        })),
      );
    }
    if (schema.items)
      return fieldsOf(schema.items, undefined, inside).map(({ at, put }) => ({ at: `/0${at}`, put: (value) => [put(value)] }));
    return isId(schema, own) ? [{ at: "", put: (value) => value }] : [];
  }

  const queries = (operation.object.parameters ?? []).flatMap(({ in: part, name = "", required, schema = {} }) =>
    part === "query" ? [{ name, required, schema: resolve(schema) }] : [],
  );
  const nameIn = (values: Record<string, string>, name: string) => encodeURIComponent(values[name] ?? made[name] ?? own);
  const addressWith = (values: Record<string, string>) => {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => nameIn(values, name));
    const asked = queries.filter(({ name, required }) => required || name in values).map(({ name }) => `${name}=${nameIn(values, name)}`);
    return asked.length === 0 ? path : `${path}?${asked.join("&")}`;
  };
  const bodies = Object.entries(operation.object.requestBody?.content ?? {})
    .filter(([type]) => type.includes("json"))
    .map(([type, { schema }]) => ({ type, schema, example: resolve(schema).example }));
  /** The body's own id, where it has one and is not asked about, is new. */
  const sent = (type: string, body: unknown, keepsId: boolean) => ({
    type,
    body: `${JSON.stringify(isObject(body) && body.id === own && !keepsId ? { ...body, id: fresh() } : body)}\n`,
  });
  const [usual] = bodies.map(({ type, schema, example }) => ({ type, body: sample(schema, example) }));

  const ofAddress = [
    ...[...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({ part: "path", name })),
    ...queries.filter(({ name, schema }) => NAMING.has(name) || isId(schema, own)).map(({ name }) => ({ part: "query", name })),
  ].map(({ part, name }) => ({
    at: `${part} ${name}`,
    isNew: operation.method === "PUT",
    request: (value: string) => ({ path: addressWith({ [name]: value }), ...(usual ? sent(usual.type, usual.body, false) : {}) }),
  }));
  const ofBody = bodies.flatMap(({ type, schema, example }) =>
    fieldsOf(schema, example).map(({ at, put }) => ({
      at: `${type} ${at}`,
      isNew: at === "/id",
      request: (value: string) => ({ path: addressWith({}), ...sent(type, put(value), at === "/id") }),
    })),
  );
  return [...ofAddress, ...ofBody];
}
