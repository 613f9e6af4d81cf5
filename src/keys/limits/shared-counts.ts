import { randomUUID } from "node:crypto";
import type { GuardedRedis } from "../../cache/guarded-redis.ts";
import { type KeyCounts, type KeyLimits, type KeyUsage, WINDOW_MS } from "./key-limits.ts";
import type { LocalCounts } from "./local-counts.ts";

/** A process that has said nothing for so long has died: what ran in it is not counted any more. */
const SILENT_MS = 30_000;
/** What runs for long is said again. */
const SAID_EVERY_MS = 10_000;

/**
 * KEYS: requests of the minute, and a hash of what runs, by process: `count:until`. ARGV: this process, how much runs in it with this
 * request, the limit of that (0 is none), the window and the patience in ms. Each process says a whole number and no difference,
 * so that what got lost is put right by the next word. Answers: requests, ms left, what runs everywhere with this request.
 */
const ENTER = `
local requests = redis.call('INCR', KEYS[1])
if requests == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
local left = redis.call('PTTL', KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local running = tonumber(ARGV[2])
local said = redis.call('HGETALL', KEYS[2])
for i = 1, #said, 2 do
  local count, untilMs = string.match(said[i + 1], '^(%d+):(%d+)$')
  if tonumber(untilMs) <= now then redis.call('HDEL', KEYS[2], said[i])
  elseif said[i] ~= ARGV[1] then running = running + tonumber(count) end
end
local here = tonumber(ARGV[2])
local limit = tonumber(ARGV[3])
if limit > 0 and running > limit then here = here - 1 end
redis.call('HSET', KEYS[2], ARGV[1], here .. ':' .. string.format('%.0f', now + ARGV[5]))
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return { requests, left, running }`;

/** KEYS: the hash. ARGV: this process, how much runs in it, the patience in ms. */
const SAY = `
if ARGV[2] == '0' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]))
return redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

/** One slot of a cluster holds all of a key. */
const requestsOf = (keyId: string): string => `key:{${keyId}}:requests`;
const runningOf = (keyId: string): string => `key:{${keyId}}:running`;

/** Counts of all processes, in Redis; while it does not answer, each counts for itself. */
export function createSharedCounts(redis: GuardedRedis, local: LocalCounts): KeyCounts {
  const process = randomUUID();
  const say = (keyId: string): void => {
    void redis.ask((client) => client.eval(SAY, 1, runningOf(keyId), process, local.running(keyId), SILENT_MS));
  };
  const saying = setInterval(() => {
    for (const keyId of local.busy()) say(keyId);
  }, SAID_EVERY_MS);
  saying.unref();

  const askRedis = (keyId: string, running: number, concurrency: number): Promise<unknown> =>
    redis.ask((client) => client.eval(ENTER, 2, requestsOf(keyId), runningOf(keyId), process, running, concurrency, WINDOW_MS, SILENT_MS));

  return {
    async enter(keyId: string, { concurrency }: KeyLimits): Promise<KeyUsage> {
      const here = local.begin(keyId);
      const answer = (await askRedis(keyId, here.running, concurrency ?? 0)) as [number, number, number] | undefined;
      const usage = answer === undefined ? here : { requests: answer[0], leftMs: Math.max(0, answer[1]), running: answer[2] };
      if (concurrency !== null && usage.running > concurrency) local.leave(keyId);
      return usage;
    },
    leave(keyId) {
      local.leave(keyId);
      say(keyId);
    },
    close() {
      clearInterval(saying);
    },
  };
}
