import { z } from "zod";
import { CallerId } from "../http/types.ts";

const merge = z.strictObject({ mergeId: CallerId, from: CallerId, into: CallerId });

export const MERGE_EVENTS = {
  "member.merged": merge.meta({ description: "Another member, `from`, has become an alias of this one" }),
  "member.unmerged": merge.meta({ description: "A merge into this member was undone" }),
};
