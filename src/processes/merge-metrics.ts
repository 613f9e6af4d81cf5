import { AggregatorRegistry } from "prom-client";
import type { ToldMetrics } from "./messages.ts";

/**
 * The metrics of several processes as one text. Nothing is added up: each series says whose it is by its label `process`, so that one which
 * begins at 0 again, with a process that was started again, is seen as that and not as a jump of the others.
 */
export function mergeMetrics(told: readonly ToldMetrics[]): Promise<string> {
  // Of several series with the same labels the first would be taken; there are none.
  const unsummed = told.map((metrics) => metrics.map((metric) => ({ ...metric, aggregator: "first" })));
  return AggregatorRegistry.aggregate(unsummed).metrics();
}
