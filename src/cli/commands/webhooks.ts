import type { Command } from "commander";
import { DeliveryPage, DeliverySchema, TestedWebhook, WebhookPage, WebhookSchema } from "../../webhooks/schemas.ts";
import { callApi } from "../api.ts";
import { readConnection } from "../connection.ts";
import { EXIT, usageError } from "../exit.ts";
import { printLine } from "../output.ts";
import { pages } from "../pages.ts";

type OfProgram = { program?: string };

const pathOf = (id: string, what: string): string => `/v1/webhooks/${encodeURIComponent(id)}${what}`;

export function addWebhooks(loyalty: Command): void {
  const webhooks = loyalty.command("webhooks").description("where events are posted to, and what did not arrive");
  const add = (name: string, description: string) =>
    webhooks.command(name).description(description).option("--program <id>", "the program, with the root key");
  add("list", "every webhook: how far it is, attempts in a row in which nothing arrived, and its URL").action(list);
  add("test", "send a test message and print what the receiver says; exit code 1 unless it takes it").argument("<id>").action(test);
  add("dead", "events that were given up, newest first").argument("<id>").action(listDead);
  add("retry", "try an event again, at once and if need be on the whole schedule")
    .argument("<id>")
    .argument("<position>", "of the event in the feed")
    .action(retry);
  add("replay", "deliver once more what stands behind a position or a time")
    .argument("<id>")
    .option("--after <position>", "a position in the feed")
    .option("--since <time>", "a time, such as 2026-06-01T00:00:00+02:00")
    .action(replay);
}

async function list({ program }: OfProgram): Promise<void> {
  for await (const { data } of pages(readConnection(program), "/v1/webhooks", WebhookPage)) {
    for (const { id, url, enabled, disabledReason, position, failures } of data) {
      const state = enabled ? "enabled" : `disabled${disabledReason === null ? "" : `: ${disabledReason}`}`;
      await printLine([id, state, `at ${position}`, `${failures} failures`, url].join("\t"));
    }
  }
}

async function test(id: string, { program }: OfProgram): Promise<void> {
  const { status, error, excerpt, milliseconds } = await callApi(
    readConnection(program),
    { method: "POST", path: pathOf(id, "/test") },
    TestedWebhook,
  );
  await printLine(`${status ?? error} after ${milliseconds} ms${excerpt === "" ? "" : `: ${excerpt}`}`);
  if (status === null || status < 200 || status > 299) process.exitCode = EXIT.refused;
}

async function listDead(id: string, { program }: OfProgram): Promise<void> {
  for await (const { data } of pages(readConnection(program), pathOf(id, "/deliveries"), DeliveryPage, { status: "failed" })) {
    for (const { position, attempts, lastStatus, lastError, updatedAt } of data) {
      await printLine([position, `${attempts} attempts`, lastStatus ?? lastError, updatedAt].join("\t"));
    }
  }
}

async function retry(id: string, position: string, { program }: OfProgram): Promise<void> {
  const path = pathOf(id, `/deliveries/${encodeURIComponent(position)}/retry`);
  const delivery = await callApi(readConnection(program), { method: "POST", path }, DeliverySchema);
  await printLine(`${delivery.position} is ${delivery.status}`);
}

async function replay(id: string, { after, since, program }: OfProgram & { after?: string; since?: string }): Promise<void> {
  if ((after === undefined) === (since === undefined)) throw usageError("replay takes --after or --since");
  const body = after === undefined ? { since } : { after: Number(after) };
  const webhook = await callApi(readConnection(program), { method: "POST", path: pathOf(id, "/replay"), body }, WebhookSchema);
  await printLine(`${webhook.id} goes on behind ${webhook.position}`);
}
