import type { SequencerDeps } from "../events/sequencer.ts";
import type { Metrics } from "./metrics.ts";

/** How the numbering of events is counted. */
export function eventMetrics(metrics: Metrics): SequencerDeps["metrics"] {
  return {
    numbered({ events, lagSeconds }) {
      metrics.eventsNumbered.inc(events);
      metrics.eventsLag.set(lagSeconds);
    },
    failed() {
      metrics.eventsFailed.inc();
    },
  };
}
