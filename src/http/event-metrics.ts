import type { SequencerDeps } from "../events/sequencer.ts";
import type { DeliverDeps } from "../webhooks/deliver-step.ts";
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

/** How attempts to deliver to webhooks are counted. */
export function webhookMetrics(metrics: Metrics): DeliverDeps["metrics"] {
  return {
    attempted(outcome) {
      metrics.webhookAttempts.inc({ outcome });
    },
  };
}
