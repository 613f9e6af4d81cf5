import type { Command } from "commander";
import { FeedEventSchema, FeedPageSchema } from "../../events/schemas.ts";
import { callApi } from "../api.ts";
import { readConnection } from "../connection.ts";
import { note, printLine } from "../output.ts";

type Options = { after: string; types?: string; follow: boolean; program?: string };

const LIMIT = "200";
/** Seconds that one request waits for events. */
const WAIT = "20";

export function addEvents(loyalty: Command): void {
  const events = loyalty
    .command("events")
    .description("write the feed of events to standard output, one JSON object a line")
    .option("--after <position>", "begin behind this position, such as that of the last line before", "0")
    .option("--types <types>", "only these types, with commas between them")
    .option("--follow", "at the end wait for what comes, until Ctrl-C", false)
    .option("--program <id>", "the program, with the root key")
    .action(printEvents);
  events.command("show").description("write one event, by its id").argument("<id>", "of the feed, or a `webhook-id`").action(showEvent);
}

async function printEvents({ after, types, follow, program }: Options): Promise<void> {
  const connection = readConnection(program);
  let cursor = after;
  let hasMore = true;
  while (hasMore || follow) {
    const query = { after: cursor, types, limit: LIMIT, wait: follow ? WAIT : "0" };
    const page = await callApi(connection, { method: "GET", path: "/v1/events/feed", query }, FeedPageSchema);
    for (const event of page.data) await printLine(JSON.stringify(event));
    cursor = page.nextCursor;
    hasMore = page.hasMore;
  }
  note(`the feed ends there; go on with --after ${cursor}`);
}

async function showEvent(id: string, _own: unknown, command: Command): Promise<void> {
  const { program } = command.optsWithGlobals<Options>();
  const path = `/v1/feed-events/${encodeURIComponent(id)}`;
  await printLine(JSON.stringify(await callApi(readConnection(program), { method: "GET", path }, FeedEventSchema)));
}
