import { setTimeout as sleep } from "node:timers/promises";
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  StorageType,
} from "@nats-io/jetstream";
import { connect, type NatsConnection, nanos } from "@nats-io/transport-node";
import type { Logger } from "pino";
import { type Broker, BrokerError, type IncomingLine } from "./broker.ts";

/** The one reader of all processes, whichever of them is at it. */
const DURABLE = "loyalty-engine";
/** Lines that are out at once. None are new while so many are not done. */
const LINES_MAX = 512;
/** The broker looks for lines that are to come again now and then. */
const MARGIN_MS = 500;
/** How long a batch waits for lines when there are none. */
const BATCH_MS = 1_000;

export type NatsSettings = {
  /** nats://user:password@host:4222, or tls://. */
  url: string;
  /** Its name begins the subjects: `<stream>.lines.<program>` and `<stream>.refused.<program>`. */
  stream: string;
  /** After so long without an answer a line comes again: its reader is gone. */
  ackWaitMs: number;
};

/**
 * Opens JetStream, and makes the stream of lines, that of refused ones and the durable consumer where they are missing; streams that are
 * there stay as they are.
 * Errors: BrokerError when it cannot be reached or used.
 */
export async function openNats({ url, stream, ackWaitMs }: NatsSettings, log: Logger): Promise<Broker> {
  const connection = await connectTo(url);
  try {
    const manager = await jetstreamManager(connection);
    await ensureStream(manager, stream, `${stream}.lines.>`);
    await ensureStream(manager, `${stream}-refused`, `${stream}.refused.>`);
    await ensureConsumer(manager, stream, ackWaitMs);
    const consumer = await jetstream(connection).consumers.get(stream, DURABLE);
    return brokerOver(connection, consumer, { stream, ackWaitMs, log });
  } catch (error) {
    await connection.close();
    throw new BrokerError(`the JetStream of NATS_URL cannot be used: ${(error as Error).message}`);
  }
}

async function connectTo(url: string): Promise<NatsConnection> {
  const { username, password, host } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  const secret = user === "" ? {} : pass === "" ? { token: user } : { user, pass };
  const tls = url.startsWith("tls:") ? { tls: {} } : {};
  try {
    return await connect({ servers: host, name: "loyalty-ingest", maxReconnectAttempts: -1, ...secret, ...tls });
  } catch (error) {
    throw new BrokerError(`NATS_URL cannot be connected to: ${(error as Error).message}`);
  }
}

/** What a look found; undefined where JetStream knows no such thing. */
async function found<Info>(look: () => Promise<Info>, missing: number): Promise<Info | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missing) return undefined;
    throw error;
  }
}

async function ensureStream(manager: JetStreamManager, name: string, subject: string): Promise<void> {
  if ((await found(() => manager.streams.info(name), JetStreamApiCodes.StreamNotFound)) !== undefined) return;
  await manager.streams.add({ name, subjects: [subject], storage: StorageType.File });
}

async function ensureConsumer(manager: JetStreamManager, stream: string, ackWaitMs: number): Promise<void> {
  const limits = { ack_wait: nanos(ackWaitMs), max_ack_pending: LINES_MAX };
  if ((await found(() => manager.consumers.info(stream, DURABLE), JetStreamApiCodes.ConsumerNotFound)) !== undefined) {
    await manager.consumers.update(stream, DURABLE, limits);
    return;
  }
  await manager.consumers.add(stream, {
    ...limits,
    durable_name: DURABLE,
    filter_subject: `${stream}.lines.>`,
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
  });
}

type BrokerOptions = Omit<NatsSettings, "url"> & { log: Logger };

function brokerOver(connection: NatsConnection, consumer: Consumer, { stream, ackWaitMs, log }: BrokerOptions): Broker {
  const publisher = jetstream(connection);
  const prefix = `${stream}.lines.`;
  let disconnects = 0;
  void watch();

  /** Lines that are out; while they are worked on the server is told so, and gives them to nobody else. */
  const out = new Set<JsMsg>();
  const telling = setInterval(() => {
    for (const message of out) message.working();
  }, ackWaitMs / 3);
  telling.unref();

  function toLine(message: JsMsg): IncomingLine {
    out.add(message);
    const end = (answer: () => void) => {
      out.delete(message);
      answer();
    };
    return {
      sequence: message.seq,
      program: message.subject.slice(prefix.length),
      bytes: message.data,
      done: () => end(() => message.ack()),
      again: () => end(() => message.nak()),
    };
  }

  return {
    async comeBack(signal) {
      const { num_ack_pending } = await consumer.info();
      if (num_ack_pending > 0) await sleep(ackWaitMs + MARGIN_MS, undefined, { signal, ref: false });
    },
    async *batch() {
      const before = disconnects;
      let isWhole = false;
      try {
        const messages = await consumer.fetch({ max_messages: LINES_MAX, expires: BATCH_MS });
        for await (const message of messages) yield toLine(message);
        isWhole = disconnects === before;
      } finally {
        // However it broke off: what is not done comes again only once nobody says that it is still worked on.
        if (!isWhole) out.clear();
      }
      if (!isWhole) throw new Error("the connection to the broker was lost while lines were under way");
    },
    async refuse({ sequence, program, bytes }, why) {
      const { line: _sequence, ...problem } = why;
      const kept = { stream, sequence, problem, line: Buffer.from(bytes).toString("utf8") };
      await publisher.publish(`${stream}.refused.${program}`, JSON.stringify(kept), { msgID: `${stream}-${sequence}` });
    },
    async waiting() {
      const { num_pending, num_ack_pending } = await consumer.info();
      return num_pending + num_ack_pending;
    },
    async ping() {
      await connection.flush();
    },
    async close() {
      clearInterval(telling);
      await connection.drain();
    },
  };

  async function watch(): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") disconnects += 1;
      if (type === "disconnect" || type === "reconnect") log.warn({ type }, "the connection to the broker has changed");
    }
  }
}
