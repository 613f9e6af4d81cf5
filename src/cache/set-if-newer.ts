import { Cluster, type Redis } from "ioredis";
import type { RedisClient } from "./connect-redis.ts";
import type { SentCopy } from "./unconfirmed.ts";

/**
 * Keeps ARGV[2] unless a newer version is there. ARGV: version, copy, TTL in ms, deadline in ms since 1970, channel on which a version
 * that is new is told, or nothing.
 * The deadline stops what a hung Redis finds in its socket minutes later; the TTL bounds what a wrong clock could make of it. By a
 * clock that has gone back every deadline is over: then nothing is kept, and nothing older either.
 */
const SET_IF_NEWER = `
local present = redis.call('GET', KEYS[1])
local version = present and tonumber(string.match(present, '^%d+ (%d+) '))
if version and version > tonumber(ARGV[1]) then return 0 end
if ARGV[5] ~= '' and version ~= tonumber(ARGV[1]) then redis.call('PUBLISH', ARGV[5], ARGV[1] .. ' ' .. KEYS[1]) end
local time = redis.call('TIME')
local left = tonumber(ARGV[4]) - (time[1] * 1000 + math.floor(time[2] / 1000))
local ttl = math.min(left, tonumber(ARGV[3]))
if ttl <= 0 then
  redis.call('DEL', KEYS[1])
  return 1
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ttl)
return 1`;

/**
 * Sends copies in one go. True for each that Redis has nothing older of now.
 * Rejects where none was answered; the script goes along each time, so that no flush or restart of Redis loses it.
 */
export async function setIfNewer(
  redis: RedisClient,
  copies: readonly SentCopy[],
  { ttlMs, channel = "" }: { ttlMs: number; channel?: string },
): Promise<boolean[]> {
  const calls = copies.map(({ key, version, text, committedAt }) => {
    const deadline = Math.floor(Date.now() + ttlMs - (performance.now() - committedAt));
    return [SET_IF_NEWER, 1, key, version, text, ttlMs, deadline, channel] as const;
  });
  const failures = redis instanceof Cluster ? await sendApart(redis, calls) : await sendTogether(redis, calls);
  const taken = failures.map((failure) => failure === null);
  if (!taken.includes(true)) throw failures[0] ?? new Error("Redis answered nothing");
  return taken;
}

type Call = readonly [script: string, keys: 1, key: string, ...values: (string | number)[]];

async function sendTogether(redis: Redis, calls: readonly Call[]): Promise<(Error | null)[]> {
  const pipeline = redis.pipeline();
  for (const call of calls) pipeline.eval(...call);
  return ((await pipeline.exec()) ?? []).map(([failure]) => failure);
}

/** The keys lie on several nodes. */
async function sendApart(cluster: Cluster, calls: readonly Call[]): Promise<(Error | null)[]> {
  const answers = await Promise.allSettled(calls.map((call) => cluster.eval(...call)));
  return answers.map((answer) => (answer.status === "fulfilled" ? null : (answer.reason as Error)));
}
