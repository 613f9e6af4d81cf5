import { z } from "zod";
import { CallerId } from "../http/types.ts";

export const RECORDED_EVENTS = {
  "event.recorded": z
    .strictObject({
      eventId: CallerId,
      type: z.string().meta({ description: "As the program declares it, or one of the engine's own", example: "review_written" }),
    })
    .meta({ description: "Something that happened to a member was taken down; its data stays with the event" }),
};
