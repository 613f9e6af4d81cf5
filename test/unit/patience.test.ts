import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { Patience } from "../../src/imports/patience.ts";

/** A queue with room for so many, which drains as a whole after a while. */
function smallQueue(room: number) {
  const accepted: number[] = [];
  let waiting = 0;
  return {
    accepted,
    submit: async (job: number): Promise<number> => {
      if (waiting >= room) throw new LoyaltyError("queue_full");
      waiting += 1;
      accepted.push(job);
      setTimeout(() => {
        waiting = 0;
      }, 1);
      return job;
    },
  };
}

describe("Patience", () => {
  test("submits again what the queue had no room for, in the order of submission", async () => {
    const queue = smallQueue(3);
    const patience = new Patience();
    const jobs = Array.from({ length: 10 }, (_, index) => index);

    const answers = await Promise.all(jobs.map((job) => patience.run(() => queue.submit(job))));

    expect(answers).toEqual(jobs);
    expect(queue.accepted).toEqual(jobs);
  });

  test("passes on every other refusal at once", async () => {
    let attempts = 0;
    const refused = new Patience().run(async () => {
      attempts += 1;
      throw new LoyaltyError("member_not_found");
    });

    await expect(refused).rejects.toMatchObject({ code: "member_not_found" });
    expect(attempts).toBe(1);
  });

  test("lets everything later wait for what it holds", async () => {
    const patience = new Patience();
    const done: string[] = [];
    const lookUp = Promise.withResolvers<void>();

    const first = patience.run(async () => {
      await patience.hold(lookUp.promise);
      done.push("first");
    });
    const second = patience.run(async () => {
      done.push("second");
    });
    await new Promise(setImmediate);
    expect(done).toEqual([]);
    lookUp.resolve();
    await Promise.all([first, second]);

    expect(done).toEqual(["first", "second"]);
  });
});
