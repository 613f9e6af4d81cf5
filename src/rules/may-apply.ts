import type { CompiledRule } from "./compiled-rule.ts";
import type { Moment } from "./schedules/moment.ts";

/** Whether a rule may apply at a moment, as far as that is the same for all members. */
export const mayApply = ({ isPaused, from, until, schedule }: CompiledRule, moment: Moment): boolean =>
  !isPaused &&
  (from === null || moment.instant >= from) &&
  (until === null || moment.instant < until) &&
  (schedule === null || schedule.isOpen(moment));
