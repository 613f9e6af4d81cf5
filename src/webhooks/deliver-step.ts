import type pg from "pg";
import type { Logger } from "pino";
import type { Clock } from "../core/clock.ts";
import { inProgram } from "../db/transaction.ts";
import { endOfFeed, type FeedEvent, selectFeed } from "../events/feed-store.ts";
import { eventView } from "../events/schemas.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { type Delivery, dueDeliveries, makeAllDue, putDeliveries } from "./delivery-store.ts";
import { type Endpoint, findEndpoint, updateEndpoint } from "./endpoint-store.ts";
import { type Lease, renewLease } from "./lease-store.ts";
import { pauseSeconds, retrySeconds } from "./schedule.ts";
import { publicWebhookId } from "./schemas.ts";
import type { Answered } from "./send.ts";
import type { SendMessage } from "./send-message.ts";

export type DeliverDeps = {
  pool: pg.Pool;
  sendMessage: SendMessage;
  clock: Clock;
  log: Logger;
  /** 0 to 1, for the jitter. */
  chance: () => number;
  metrics: { attempted(outcome: "delivered" | "failed"): void };
};

/** Events that one step sends at most; one while the endpoint fails, to find out whether it still does. */
const STEP_MAX = 32;
/** Positions that one step looks at, where few are of the types that are asked for. */
const LOOKED_AT_MAX = 2_000;
const SENT_AT_ONCE = 16;
/** After so long no further event of the step is sent, so that it ends before the lease does. */
const STEP_MS = 30_000;

const GONE = 410;

/** `delivery` is what is kept of an event that has failed before. */
type Sending = { event: FeedEvent; delivery: Delivery | undefined };
type Sent = Sending & { answered: Answered | null };
type Step = { endpoint: Endpoint; sendings: Sending[]; through: number };

const isDelivered = ({ status }: Answered): boolean => status !== null && status >= 200 && status < 300;

/** Sends an endpoint what is due. Answers false when there is nothing more to do for who holds the lease. */
export async function deliverStep(deps: DeliverDeps, lease: Lease): Promise<boolean> {
  const step = await planStep(deps, lease);
  if (step === undefined) return false;
  const sent = await sendAll(deps, step);
  return settle(deps, lease, step, sent);
}

function planStep({ pool, clock }: DeliverDeps, lease: Lease): Promise<Step | undefined> {
  const now = clock();
  const { programId, endpointId } = lease;
  return inProgram(pool, programId, async (tx) => {
    if (!(await renewLease(tx, lease, now))) return undefined;
    const endpoint = await findEndpoint(tx, programId, endpointId);
    if (!endpoint.isEnabled) return undefined;
    const due = await dueDeliveries(tx, lease, { now, limit: STEP_MAX });
    const again = await eventsOf(tx, programId, due);
    const isPaused = endpoint.resumeAt !== null && endpoint.resumeAt > now;
    const { events, through } = isPaused ? { events: [], through: endpoint.position } : await nextEvents(tx, programId, endpoint);
    if (again.length === 0 && through === endpoint.position) return undefined;
    return { endpoint, sendings: [...again, ...events.map((event) => ({ event, delivery: undefined }))], through };
  });
}

async function eventsOf(tx: pg.ClientBase, programId: number, deliveries: readonly Delivery[]): Promise<Sending[]> {
  const sendings: Sending[] = [];
  for (const delivery of deliveries) {
    const { position } = delivery;
    const [event] = await selectFeed(tx, programId, { after: position - 1, through: position, types: null, limit: 1 });
    if (event !== undefined) sendings.push({ event, delivery });
  }
  return sendings;
}

/** The new events, and up to which position the feed is dealt with when they are. */
async function nextEvents(tx: pg.ClientBase, programId: number, { position, types, failures }: Endpoint) {
  const through = Math.min(await endOfFeed(tx, programId), position + LOOKED_AT_MAX);
  const limit = failures > 0 ? 1 : STEP_MAX;
  const events = await selectFeed(tx, programId, { after: position, through, types, limit });
  return { events, through: events.length === limit ? (events.at(-1)?.position ?? through) : through };
}

/** The events of one member after each other, those of several members beside each other. */
async function sendAll({ sendMessage, metrics }: DeliverDeps, { endpoint, sendings }: Step): Promise<Sent[]> {
  const queues = [...Map.groupBy(sendings, ({ event }) => event.memberId).values()];
  const endsAt = performance.now() + STEP_MS;
  const sent: Sent[] = [];
  async function attempt({ event }: Sending): Promise<Answered> {
    const answered = await sendMessage(endpoint, { id: event.id, body: JSON.stringify(eventView(event)) });
    metrics.attempted(isDelivered(answered) ? "delivered" : "failed");
    return answered;
  }
  async function work(): Promise<void> {
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
      for (const sending of queue) {
        sent.push({ ...sending, answered: performance.now() < endsAt ? await attempt(sending) : null });
      }
    }
  }
  await Promise.all(Array.from({ length: SENT_AT_ONCE }, work));
  return sent;
}

/** Keeps what the step has come to, in one transaction; nothing of it where the lease has ended meanwhile. */
function settle(deps: DeliverDeps, lease: Lease, { endpoint: planned, through }: Step, sent: readonly Sent[]): Promise<boolean> {
  const now = deps.clock();
  const { programId, endpointId } = lease;
  return inProgram(deps.pool, programId, async (tx) => {
    if (!(await renewLease(tx, lease, now))) return false;
    const endpoint = await findEndpoint(tx, programId, endpointId);
    const attempted = sent.filter((one): one is Sending & { answered: Answered } => one.answered !== null);
    const arrived = attempted.filter(({ answered }) => isDelivered(answered));
    const failed = attempted.filter(({ answered }) => !isDelivered(answered));

    const deliveries = attempted.flatMap((one) => deliveryOf(one, now, deps.chance()) ?? []);
    await putDeliveries(tx, lease, deliveries);
    // What was not sent any more is sent first in the next step. A replay that was asked for meanwhile goes before.
    const unsent = sent.filter(({ answered, delivery }) => answered === null && delivery === undefined).map(({ event }) => event.position);
    if (endpoint.position === planned.position) endpoint.position = Math.min(through, ...unsent.map((position) => position - 1));
    if (arrived.length > 0) {
      if (endpoint.failures > 0) await makeAllDue(tx, lease, now);
      endpoint.failures = 0;
      endpoint.resumeAt = null;
    } else if (failed.length > 0) {
      endpoint.failures += 1;
      const retryAfter = Math.max(0, ...failed.map(({ answered }) => answered.retryAfterSeconds ?? 0));
      endpoint.resumeAt = new Date(now.getTime() + pauseSeconds(endpoint.failures, retryAfter, deps.chance()) * 1_000);
    }
    if (failed.some(({ answered }) => answered.status === GONE)) {
      endpoint.isEnabled = false;
      endpoint.disabledReason = "the receiver answered 410 Gone";
      const data = { webhookId: publicWebhookId(endpointId), reason: endpoint.disabledReason };
      await insertProgramEvent(tx, programId, { type: "webhook.disabled", data, occurredAt: now });
    }
    await updateEndpoint(tx, programId, endpoint);
    return endpoint.isEnabled;
  });
}

/** What is kept of an attempt: nothing of one that arrived at once. */
function deliveryOf({ event, delivery, answered }: Sending & { answered: Answered }, now: Date, chance: number): Delivery | undefined {
  const attempts = (delivery?.attempts ?? 0) + 1;
  const ended = { position: event.position, attempts, lastStatus: answered.status, lastError: answered.error, updatedAt: now };
  if (isDelivered(answered)) return delivery && { ...ended, status: "delivered", nextAt: null };
  const seconds = retrySeconds(attempts, answered.retryAfterSeconds, chance);
  if (seconds === null) return { ...ended, status: "failed", nextAt: null };
  return { ...ended, status: "pending", nextAt: new Date(now.getTime() + seconds * 1_000) };
}
