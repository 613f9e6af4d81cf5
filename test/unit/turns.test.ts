import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { Turns } from "../../src/imports/turns.ts";

/** A queue with room for so many, which drains as a whole after a while. */
function smallQueue(room: number) {
  const accepted: number[] = [];
  let waiting = 0;
  return {
    accepted,
    submit: async (job: number, queued: () => void): Promise<number> => {
      if (waiting >= room) throw new LoyaltyError("queue_full");
      waiting += 1;
      accepted.push(job);
      queued();
      setTimeout(() => {
        waiting = 0;
      }, 1);
      return job;
    },
  };
}

describe("Turns", () => {
  test("submits again what the queue had no room for, and nothing later before it", async () => {
    const queue = smallQueue(3);
    const turns = new Turns();
    const jobs = Array.from({ length: 10 }, (_, index) => index);

    const answers = await Promise.all(jobs.map((job) => turns.run((queued) => queue.submit(job, queued))));

    expect(answers).toEqual(jobs);
    expect(queue.accepted).toEqual(jobs);
  });

  test("passes on every other refusal at once, and lets the next one have its turn", async () => {
    const turns = new Turns();
    let attempts = 0;

    const refused = turns.run(async () => {
      attempts += 1;
      throw new LoyaltyError("member_not_found");
    });
    const next = turns.run(async () => "next");

    await expect(refused).rejects.toMatchObject({ code: "member_not_found" });
    expect(await next).toBe("next");
    expect(attempts).toBe(1);
  });

  test("lets everything later wait until a task that must look something up is queued, but not until it is done", async () => {
    const turns = new Turns();
    const events: string[] = [];
    const lookUp = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();

    const first = turns.run(async (queued) => {
      await lookUp.promise;
      events.push("first queued");
      queued();
      await commit.promise;
      events.push("first done");
    });
    const second = turns.run(async (queued) => {
      events.push("second queued");
      queued();
    });
    await new Promise(setImmediate);
    expect(events).toEqual([]);
    lookUp.resolve();
    await second;
    commit.resolve();
    await first;

    expect(events).toEqual(["first queued", "second queued", "first done"]);
  });
});
