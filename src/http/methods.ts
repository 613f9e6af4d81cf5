import type { FastifyInstance } from "fastify";

/** A pattern for the addresses of a route template such as `/v1/members/:id`. */
function patternOf(template: string): RegExp {
  const parts = template.split("/").map((part) => {
    if (part === "*") return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}$`);
}

/**
 * Notes the methods of every route that is added from here on.
 * The router answers a known address with an unknown method like an unknown address; with this the two can be told apart.
 */
export function allowedMethods(app: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  app.addHook("onRoute", ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });

  return (url) => {
    const path = url.split("?", 1)[0] ?? url;
    const methods = [...routes.values()].filter(({ pattern }) => pattern.test(path)).flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  };
}
