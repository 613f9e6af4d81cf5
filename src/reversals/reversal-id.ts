import type { ReverseEntry } from "./commands.ts";

/**
 * What a reversal is known by: the entry that it undoes, each once. Entries are numbered by member, as the caller named it: sent again
 * after a merge it is still the same.
 */
export const reversalId = ({ memberId, alias = memberId, seq }: Pick<ReverseEntry, "memberId" | "alias" | "seq">): string =>
  `${alias}/${seq}`;
