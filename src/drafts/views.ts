import type { DraftHeadRow, DraftRow } from "./store.ts";

export const draftHeadView = ({ id, revision, changedAt, changedBy, validatedAt, validatedAgainst, isValid }: DraftHeadRow) => ({
  id,
  revision,
  changedAt: changedAt.toISOString(),
  changedBy,
  validated: validatedAt === null ? null : { at: validatedAt.toISOString(), against: validatedAgainst ?? 0, valid: isValid ?? false },
});

export const draftView = (row: DraftRow) => ({ ...draftHeadView(row), content: row.content });
