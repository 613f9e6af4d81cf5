import type { Redis } from "ioredis";
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
  redis: Redis,
  copies: readonly SentCopy[],
  { ttlMs, channel = "" }: { ttlMs: number; channel?: string },
): Promise<boolean[]> {
  const pipeline = redis.pipeline();
  for (const { key, version, text, committedAt } of copies) {
    const deadline = Math.floor(Date.now() + ttlMs - (performance.now() - committedAt));
    pipeline.eval(SET_IF_NEWER, 1, key, version, text, ttlMs, deadline, channel);
  }
  const answers = (await pipeline.exec()) ?? [];
  const taken = answers.map(([error]) => error === null);
  if (!taken.includes(true)) throw answers[0]?.[0] ?? new Error("Redis answered nothing");
  return taken;
}
