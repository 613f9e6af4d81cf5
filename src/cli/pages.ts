import type { z } from "zod";
import { callApi } from "./api.ts";
import type { Connection } from "./connection.ts";

const PAGE_SIZE = "200";

/** All pages of a list, one request each, as the reader takes them. */
export async function* pages<Page extends { nextCursor: string | null }>(
  connection: Connection,
  path: string,
  shape: z.ZodType<Page>,
  filters: Record<string, string | undefined> = {},
): AsyncGenerator<Page> {
  let cursor: string | undefined;
  do {
    const page: Page = await callApi(connection, { method: "GET", path, query: { ...filters, limit: PAGE_SIZE, cursor } }, shape);
    yield page;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
