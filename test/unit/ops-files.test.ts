import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "../../src/http/metrics.ts";

const read = (file: string) => readFile(new URL(`../../ops/${file}`, import.meta.url), "utf8");

type Alert = { alert: string; expr: string; labels: Record<string, string>; annotations: Record<string, string> };
type Panel = { id: number; title: string; targets: { expr: string }[] };

const alertsIn = (text: string): Alert[] => (parse(text) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);
const panelsIn = (text: string): Panel[] => (JSON.parse(text) as { panels: Panel[] }).panels;

/** Each metric that an expression names, with the labels that it is chosen by. */
const namedIn = (expr: string) =>
  [...expr.matchAll(/\b((?:loyalty|http|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(([, metric = "", selector = ""]) => ({
    metric,
    labels: [...selector.matchAll(/(\w+)=/g)].map(([, label = ""]) => label),
  }));

/** Labels that Prometheus adds, or renames what it finds in the way. */
const ADDED = ["job", "instance", "exported_job"];

/** The labels of each metric, under the names that Prometheus knows it by. */
function labelsByMetric(): Map<string, readonly string[]> {
  const metrics = createMetrics().registry.getMetricsAsArray() as { name: string; type: unknown; labelNames?: string[] }[];
  return new Map(
    metrics.flatMap(({ name, type, labelNames = [] }) =>
      (String(type) === "histogram" ? ["_bucket", "_sum", "_count"] : [""]).map((part) => [`${name}${part}`, labelNames] as const),
    ),
  );
}

describe("alerts and dashboard", () => {
  test("ask for metrics and labels that the service has", async () => {
    const labelsOf = labelsByMetric();
    const alerts = alertsIn(await read("alerts.yaml"));
    const panels = panelsIn(await read("grafana-dashboard.json"));

    const named = [...alerts.map(({ expr }) => expr), ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))].flatMap(namedIn);
    expect(named.length).toBeGreaterThan(20);
    for (const { metric, labels } of named) {
      expect([...labelsOf.keys()]).toContain(metric);
      expect([...ADDED, ...(labelsOf.get(metric) ?? [])], `labels of ${metric}`).toEqual(expect.arrayContaining(labels));
    }
  });

  test("are told apart, and each alert has words and a place in the guide", async () => {
    const alerts = alertsIn(await read("alerts.yaml"));
    const ids = panelsIn(await read("grafana-dashboard.json")).map(({ id }) => id);
    const guide = await readFile(new URL("../../docs/operations.md", import.meta.url), "utf8");

    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      expect(["page", "ticket"], alert).toContain(labels.severity);
      expect(annotations.summary, alert).toBeTruthy();
      expect(guide, alert).toContain(`**${alert}**`);
    }
  });

  test("look at operations that there are", async () => {
    const paths = Object.keys(
      (JSON.parse(await readFile(new URL("../../openapi/openapi.json", import.meta.url), "utf8")) as { paths: object }).paths,
    );
    const panels = panelsIn(await read("grafana-dashboard.json"));
    const routes = panels
      .flatMap(({ targets }) => targets)
      .flatMap(({ expr }) => [...expr.matchAll(/route="([^"]+)"/g)].map(([, route = ""]) => route));

    expect(routes.length).toBeGreaterThanOrEqual(6);
    for (const route of routes) expect(paths).toContain(route.replaceAll(/:(\w+)/g, "{$1}"));
  });
});
