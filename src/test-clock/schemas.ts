import { z } from "zod";
import { Instant, UtcInstant } from "../http/types.ts";

export const SetTestClockBody = z
  .strictObject({ now: Instant.meta({ description: "The program's time from now on; not before the present one" }) })
  .meta({ id: "SetTestClock", description: "A time to come", example: { now: "2026-06-01T00:00:00Z" } });

export const TestClockSchema = z
  .strictObject({
    now: UtcInstant.meta({ description: "The program's time" }),
    isSet: z.boolean().meta({ description: "True: it stands still there. False: it is that of the clock" }),
  })
  .meta({
    id: "TestClock",
    description: "The time of a program for trying out",
    example: { now: "2026-06-01T00:00:00.000Z", isSet: true },
  });

export const MovedTestClockSchema = z
  .strictObject({
    ...TestClockSchema.shape,
    jobs: z
      .array(
        z.strictObject({
          job: z.string().meta({ description: "Name of the job, as in the metrics" }),
          outcome: z
            .enum(["done", "failed", "left"])
            .meta({ description: "`left`: another process was running it, and its next round does it" }),
          done: z.int().min(0).meta({ description: "How many things it did" }),
        }),
      )
      .meta({ description: "What had become due, job by job" }),
  })
  .meta({
    id: "MovedTestClock",
    description: "The time of a program for trying out, and what it made due",
    example: { now: "2026-06-01T00:00:00.000Z", isSet: true, jobs: [{ job: "due-points", outcome: "done", done: 3 }] },
  });
