import type { RuleSetHead, RuleSetRow } from "./store.ts";

/** A published version as a list shows it. */
export const headView = ({ version, publishedAt, publishedBy }: RuleSetHead) => ({
  version,
  publishedAt: publishedAt.toISOString(),
  publishedBy,
});

/** A published version with its definition. */
export const ruleSetView = (program: string, row: RuleSetRow) => ({ program, ...headView(row), definition: row.definition });
