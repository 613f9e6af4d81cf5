import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { HttpAnswer, HttpCaller } from "../../test/support/http-caller.ts";
import type { LoadWorld } from "../load/under-load.ts";

/** Keys whose copies are under way together. */
const KEYS_AT_ONCE = 4;
const PAUSE_MS = 100;

/** An overloaded service is asked again, as it says itself. */
async function answerOf(caller: HttpCaller, path: string, body: unknown): Promise<HttpAnswer> {
  for (;;) {
    const answer = await caller.post(path, body);
    if (answer.status !== 503) return answer;
    await sleep(PAUSE_MS);
  }
}

/**
 * Sends `copies` of each of `keys` operations at once, by turns to all services: one copy takes effect, every other one is answered the
 * same as a replay. Answers what was otherwise.
 */
export async function sendDuplicates(
  { operations, journal, callers }: Pick<LoadWorld, "operations" | "journal" | "callers">,
  { keys, copies }: { keys: number; copies: number },
): Promise<string[]> {
  const wrong: string[] = [];
  let left = keys;
  const worker = async () => {
    for (; left > 0; ) {
      left -= 1;
      const operation = operations.next();
      const { kind, id, path, body } = operation;
      journal.write({ sent: operation });
      const asked = Array.from({ length: copies }, (_, n) => callers[n % callers.length]).filter((caller) => caller !== undefined);
      const answers = await Promise.all(asked.map((caller) => answerOf(caller, path, body)));
      const first = answers.find(({ replayed }) => !replayed);
      const replays = answers.filter((answer) => answer !== first);
      if (first === undefined || first.status >= 300) {
        wrong.push(`${kind} ${id}: no copy took effect: ${JSON.stringify(answers[0]?.body)}`);
        continue;
      }
      journal.write({ answered: id, kind, status: first.status, replayed: false, body: first.body });
      operations.acknowledged(operation);
      const others = replays.filter((answer) => answer.status !== 200 || !answer.replayed || !isDeepStrictEqual(answer.body, first.body));
      if (others.length > 0)
        wrong.push(`${kind} ${id}: ${others.length} copies are no replay, such as ${others[0]?.status} ${JSON.stringify(others[0]?.body)}`);
    }
  };
  await Promise.all(Array.from({ length: KEYS_AT_ONCE }, worker));
  return wrong;
}
