import { z } from "zod";
import { refuseField } from "../core/errors.ts";

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;
const CURSOR_MAX = 1000;

/** The query of every list. Extend it with named filters: `Page.extend({ memberId: CallerId })`. */
export const Page = z.strictObject({
  limit: z.coerce
    .number({ error: "a whole number from 1 to 200" })
    .int()
    .min(1)
    .max(LIMIT_MAX)
    .default(LIMIT_DEFAULT)
    .meta({ description: "How many items at most", example: LIMIT_DEFAULT }),
  cursor: z.string().min(1).max(CURSOR_MAX).optional().meta({ description: "`nextCursor` of the page before; opaque" }),
});

/** The answer of a list of `item`, with the example of the item; `id` names the component, such as `MemberPage`. */
export function pageOf<Item extends z.ZodType>(item: Item, id: string) {
  return z
    .strictObject({
      data: z.array(item),
      nextCursor: z.string().nullable().meta({ description: "Give it as `cursor` for the next page; null on the last one" }),
    })
    .meta({ id, description: "A page of a list", example: { data: [item.meta()?.example], nextCursor: null } });
}

export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/**
 * Where a cursor points to: what `encodeCursor` was given, checked with `shape`; undefined without a cursor.
 * Errors: request_invalid at /query/cursor.
 */
export function decodeCursor<S extends z.ZodType>(shape: S, cursor: string | undefined): z.output<S> | undefined {
  if (cursor === undefined) return undefined;
  const position = shape.safeParse(readJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (!position.success) throw refuseField("request_invalid", "/query/cursor", "This is not a cursor that this list has answered");
  return position.data;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a cursor: no shape takes undefined.
    return undefined;
  }
}

/** A page from rows that were read with `limit + 1`, so that the last row says whether there is more. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  positionOf: (row: Row) => unknown,
): { data: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { data: shown.map(view), nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null };
}
