import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { connectRedis } from "./connect-redis.ts";
import { CHANGES_CHANNEL } from "./copy-format.ts";
import type { GuardedRedis } from "./guarded-redis.ts";

const BEAT_EVERY_MS = 250;
/** A process knows every change that was told so long ago, or does not trust what it has. */
export const HEARD_WITHIN_MS = 1_000;
/** A line that is silent for so long is replaced. */
const SILENT_MAX_MS = 5_000;

export type ChangeListener = {
  changed(key: string, version: number): void;
  /** Changes may have been missed. */
  broken(): void;
};

/** What other processes tell of their commits, and whether it is all that they told. */
export interface Changes {
  listen(listener: ChangeListener): void;
  /** Whether every change is known that was told HEARD_WITHIN_MS ago. */
  isCurrent(): boolean;
  /** Since when (performance.now()) none was missed; undefined while the line is broken. */
  unbrokenSince(): number | undefined;
  close(): void;
}

export type HearOptions = { url: string; redis: GuardedRedis; log: Logger };

/**
 * Hears changes on a connection of its own. The process sends itself beats through Redis: who has heard a beat has heard all that was told
 * before it, since one connection gets everything in order.
 */
export async function hearChanges({ url, redis, log }: HearOptions): Promise<Changes> {
  const beats = `bal:beat:${randomUUID()}`;
  let listener: ChangeListener | undefined;
  let unbrokenSince: number | undefined;
  /** When the last beat was sent that came back. */
  let currentAt = Number.NEGATIVE_INFINITY;
  let heardAt = performance.now();

  const line = await connectRedis(url, log);
  const subscribe = () =>
    void line.subscribe(CHANGES_CHANNEL, beats).catch((error: Error) => log.debug({ err: error }, "changes of balances cannot be heard"));
  line.on("ready", subscribe);
  if (line.status === "ready") subscribe();
  line.on("close", () => {
    unbrokenSince = undefined;
    currentAt = Number.NEGATIVE_INFINITY;
    listener?.broken();
  });
  line.on("message", (channel: string, message: string) => {
    heardAt = performance.now();
    if (channel === beats) {
      unbrokenSince ??= heardAt;
      currentAt = Number(message);
      return;
    }
    const space = message.indexOf(" ");
    listener?.changed(message.slice(space + 1), Number(message.slice(0, space)));
  });

  const beat = () => {
    const now = performance.now();
    void redis.ask((client) => client.publish(beats, String(now)));
    if (now - heardAt > SILENT_MAX_MS) {
      heardAt = now;
      line.disconnect(true);
    }
  };
  const beating = setInterval(beat, BEAT_EVERY_MS).unref();

  return {
    listen(given) {
      listener = given;
    },
    isCurrent: () => performance.now() - currentAt < HEARD_WITHIN_MS,
    unbrokenSince: () => unbrokenSince,
    close() {
      clearInterval(beating);
      line.disconnect();
    },
  };
}
