import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { endOfFeed, positionBefore } from "../events/feed-store.ts";
import { numberCommitted } from "../events/number-events.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { dropDeliveriesAfter } from "./delivery-store.ts";
import { deleteEndpoint, type Endpoint, findEndpoint, insertEndpoint, updateEndpoint } from "./endpoint-store.ts";
import { publicWebhookId } from "./schemas.ts";
import { makeSecret, type SecretBox } from "./secrets.ts";
import { isPublicLiteral } from "./send.ts";

const HOUR_MS = 3_600_000;

export type ChangeDeps = { pool: pg.Pool; secrets: SecretBox; allowPrivate: boolean };

type Changes = { [Field in keyof Asked]?: Asked[Field] | undefined };
type Asked = { url: string; types: string[] | null; description: string; enabled: boolean };

/** What a name resolves to is looked at when messages are sent. */
function requireUsableUrl(text: string, allowPrivate: boolean): void {
  const url = new URL(text);
  if (allowPrivate) return;
  if (url.protocol !== "https:") throw refuseField("request_invalid", "/url", "must begin with https:");
  if (!isPublicLiteral(url.hostname)) throw refuseField("request_invalid", "/url", "is no address of the internet");
}

/** It gets what is committed from now on: what was before has its place in the feed when it begins. Errors: request_invalid. */
export async function createEndpoint(
  { pool, secrets, allowPrivate }: ChangeDeps,
  programId: number,
  { enabled, ...asked }: Asked,
  now: Date,
) {
  requireUsableUrl(asked.url, allowPrivate);
  const secret = makeSecret();
  await numberCommitted(pool, programId);
  return inProgram(pool, programId, async (tx) => {
    const made = { ...asked, endpointId: uuidv7(), isEnabled: enabled, secret: secrets.seal(secret), createdAt: now };
    const endpoint = await insertEndpoint(tx, programId, made);
    await announce(tx, programId, "webhook.created", endpoint, now);
    return { endpoint, secret };
  });
}

/** Who is enabled again begins without failures. Errors: webhook_not_found, request_invalid. */
export function changeEndpoint(
  { pool, allowPrivate }: ChangeDeps,
  programId: number,
  { endpointId, enabled, ...asked }: Changes & { endpointId: string },
  now: Date,
): Promise<Endpoint> {
  if (asked.url !== undefined) requireUsableUrl(asked.url, allowPrivate);
  return inProgram(pool, programId, async (tx) => {
    const former = await findEndpoint(tx, programId, endpointId);
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const anew = enabled === undefined ? {} : { isEnabled: enabled, disabledReason: null, failures: 0, resumeAt: null };
    const endpoint = await updateEndpoint(tx, programId, { ...former, ...given, ...anew });
    await announce(tx, programId, "webhook.updated", endpoint, now);
    return endpoint;
  });
}

/** The former secret signs beside the new one for some time. Errors: webhook_not_found. */
export function rotateSecret(
  { pool, secrets }: ChangeDeps,
  programId: number,
  { endpointId, overlapHours }: { endpointId: string; overlapHours: number },
  now: Date,
): Promise<{ secret: string; formerSignsUntil: Date }> {
  const secret = makeSecret();
  const formerUntil = new Date(now.getTime() + overlapHours * HOUR_MS);
  return inProgram(pool, programId, async (tx) => {
    const former = await findEndpoint(tx, programId, endpointId);
    const endpoint = { ...former, secret: secrets.seal(secret), formerSecret: former.secret, formerUntil };
    await updateEndpoint(tx, programId, endpoint);
    await announce(tx, programId, "webhook.secret_rotated", endpoint, now);
    return { secret, formerSignsUntil: formerUntil };
  });
}

export type ReplayFrom = { after: number } | { since: Date };

/** Goes back in the feed: what comes behind is delivered once more. Errors: webhook_not_found, request_invalid where that is ahead. */
export function replayFrom(
  { pool }: ChangeDeps,
  programId: number,
  { endpointId, from }: { endpointId: string; from: ReplayFrom },
  now: Date,
): Promise<Endpoint> {
  return inProgram(pool, programId, async (tx) => {
    const former = await findEndpoint(tx, programId, endpointId);
    const position = "after" in from ? from.after : Math.min(former.position, await positionBefore(tx, programId, from.since));
    if (position > former.position) {
      const detail = `the webhook is at ${former.position}, and the feed at ${await endOfFeed(tx, programId)}: it goes back only`;
      throw refuseField("request_invalid", "/after", detail);
    }
    await dropDeliveriesAfter(tx, { programId, endpointId }, position);
    const endpoint = await updateEndpoint(tx, programId, { ...former, position, resumeAt: null });
    await announce(tx, programId, "webhook.updated", endpoint, now);
    return endpoint;
  });
}

/** Errors: webhook_not_found. */
export function dropEndpoint({ pool }: ChangeDeps, programId: number, endpointId: string, now: Date): Promise<void> {
  return inProgram(pool, programId, async (tx) => {
    await deleteEndpoint(tx, programId, endpointId);
    await announce(tx, programId, "webhook.deleted", { endpointId }, now);
  });
}

type Told = "webhook.created" | "webhook.updated" | "webhook.secret_rotated" | "webhook.deleted";

const announce = (tx: pg.ClientBase, programId: number, type: Told, { endpointId }: Pick<Endpoint, "endpointId">, occurredAt: Date) =>
  insertProgramEvent(tx, programId, { type, data: { webhookId: publicWebhookId(endpointId) }, occurredAt });
