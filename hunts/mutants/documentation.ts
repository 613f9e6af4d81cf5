/** As far as it is needed of a place in the syntax tree, as Stryker hands it over. */
export type SyntaxPlace = {
  listKey?: string | null | undefined;
  parent?: { type: string; callee?: { type: string; property?: { name?: string } } };
};

const REASON = "documentation: the check of openapi.json tells of a change";
const DOCUMENTING: readonly (string | undefined)[] = ["meta", "describe"];

/**
 * Why a place is not changed: what a schema hands to `.meta(…)` or `.describe(…)` is its name, description and example in the document of
 * the API. Nothing decides by it, and a change to it shows as a difference to the document that is kept.
 */
export function whyIgnored({ listKey, parent }: SyntaxPlace): string | undefined {
  const { type, property } = parent?.type === "CallExpression" ? (parent.callee ?? {}) : {};
  return listKey === "arguments" && type === "MemberExpression" && DOCUMENTING.includes(property?.name) ? REASON : undefined;
}

/** What Stryker takes from this file: it asks `shouldIgnore` at every place, and lets be all that lies within. */
export const strykerPlugins = [{ kind: "Ignore", name: "documentation", value: { shouldIgnore: whyIgnored } }];
