/** What an API key may do. `admin` implies all others. */
export const SCOPES = [
  "members:read",
  "members:write",
  "orders:write",
  "events:read",
  "events:write",
  "points:write",
  "rewards:read",
  "rewards:write",
  "rewards:confirm",
  "program:read",
  "program:write",
  "reports:read",
  "admin",
] as const;

export type Scope = (typeof SCOPES)[number];

export function grants(scopes: ReadonlySet<string>, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has("admin");
}
