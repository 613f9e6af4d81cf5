import type pg from "pg";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { readEventId } from "./event-id.ts";
import { endOfFeed, type FeedEvent, selectEvent, selectFeed } from "./feed-store.ts";

/** `after` is the position behind which the page begins; `types` null is every type. */
export type FeedQuery = { after: number; types: readonly string[] | null; limit: number };

/** `next` is where the next page begins, also when no event of the page was wanted. */
export type FeedPage = { events: FeedEvent[]; next: number; hasMore: boolean };

/** Positions that one page looks at: bounds a page of types that are rare. */
const LOOKED_AT_MAX = 2_000;

/** Errors: request_invalid at /query/after for a position that the feed has not reached. */
export function readFeed(pool: pg.Pool, { programId }: ProgramContext, { after, types, limit }: FeedQuery): Promise<FeedPage> {
  return inProgram(pool, programId, async (tx) => {
    const end = await endOfFeed(tx, programId);
    if (after > end) throw refuseField("request_invalid", "/query/after", `The feed ends at ${end}: this is the cursor of another one`);
    const through = Math.min(end, after + LOOKED_AT_MAX);
    const events = await selectFeed(tx, programId, { after, through, types, limit });
    // Positions have no gaps: where the page is not full, it has seen all that it looked at.
    const next = events.length === limit ? (events.at(-1)?.position ?? through) : through;
    return { events, next, hasMore: next < end };
  });
}

/** Errors: event_not_found, also of one that was committed just now and has no place yet. */
export async function readFeedEvent(pool: pg.Pool, { programId }: ProgramContext, id: string): Promise<FeedEvent> {
  const key = readEventId(id);
  const event = key === null ? undefined : await inProgram(pool, programId, (tx) => selectEvent(tx, programId, key));
  if (event === undefined) throw new LoyaltyError("event_not_found", { eventId: id });
  return event;
}
