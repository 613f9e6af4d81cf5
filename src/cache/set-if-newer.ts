import type { RedisClient } from "./connect-redis.ts";
import { isCluster } from "./is-cluster.ts";
import type { SentCopy } from "./unconfirmed.ts";

/**
 * Keeps copies unless newer versions are there. ARGV: TTL in ms, channel on which a version that is new is told, or nothing, and for each
 * key its version, copy and deadline in ms since 1970. Answers for each key 1 where nothing older is there now, 0 where something newer
 * was, -1 where it failed: that is its own and stops no other one.
 * A deadline stops what a hung Redis finds in its socket minutes later; the TTL bounds what a wrong clock could make of it. By a
 * clock that has gone back every deadline is over: then nothing is kept, and nothing older either.
 */
const SET_IF_NEWER = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function keep(key, version, copy, deadline)
  local present = redis.call('GET', key)
  local known = present and tonumber(string.match(present, '^%d+ (%d+) '))
  if known and known > tonumber(version) then return 0 end
  if ARGV[2] ~= '' and known ~= tonumber(version) then redis.call('PUBLISH', ARGV[2], version .. ' ' .. key) end
  local ttl = math.min(tonumber(deadline) - now, tonumber(ARGV[1]))
  if ttl <= 0 then redis.call('DEL', key) else redis.call('SET', key, copy, 'PX', ttl) end
  return 1
end
local kept = {}
for i, key in ipairs(KEYS) do
  local succeeded, answer = pcall(keep, key, ARGV[3 * i], ARGV[3 * i + 1], ARGV[3 * i + 2])
  kept[i] = succeeded and answer or -1
end
return kept`;

/** Redis does nothing else while it keeps so many. */
const COPIES_PER_CALL_MAX = 64;

/**
 * Sends copies in one go. True for each that Redis has nothing older of now.
 * Rejects where none was answered; the script goes along each time, so that no flush or restart of Redis loses it.
 */
export async function setIfNewer(
  redis: RedisClient,
  copies: readonly SentCopy[],
  { ttlMs, channel = "" }: { ttlMs: number; channel?: string },
): Promise<boolean[]> {
  const send = async (some: readonly SentCopy[]): Promise<boolean[]> => {
    const terms = some.flatMap(({ version, text, committedAt }) => [
      version,
      text,
      Math.floor(Date.now() + ttlMs - (performance.now() - committedAt)),
    ]);
    const kept = (await redis.eval(SET_IF_NEWER, some.length, ...some.map(({ key }) => key), ttlMs, channel, ...terms)) as number[];
    return kept.map((answer) => answer >= 0);
  };
  // The keys of a cluster lie on several nodes.
  const size = isCluster(redis) ? 1 : COPIES_PER_CALL_MAX;
  const parts = Array.from({ length: Math.ceil(copies.length / size) }, (_, n) => copies.slice(n * size, (n + 1) * size));
  const answers = await Promise.allSettled(parts.map(send));
  const [first] = answers;
  if (first?.status === "rejected" && answers.every(({ status }) => status === "rejected")) throw first.reason;
  return answers.flatMap((answer, n) => (answer.status === "fulfilled" ? answer.value : (parts[n] ?? []).map(() => false)));
}
