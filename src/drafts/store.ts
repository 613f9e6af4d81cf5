import { and, asc, eq, gt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { drafts } from "./tables.ts";

export type DraftRow = typeof drafts.$inferSelect;
export type DraftHeadRow = Omit<DraftRow, "content" | "programId">;

const HEAD = {
  id: drafts.id,
  revision: drafts.revision,
  changedAt: drafts.changedAt,
  changedBy: drafts.changedBy,
  validatedAt: drafts.validatedAt,
  validatedAgainst: drafts.validatedAgainst,
  isValid: drafts.isValid,
};
const NEXT_REVISION = sql<number>`nextval('draft_revisions')`;

const isDraft = (programId: number, id: string) => and(eq(drafts.programId, programId), eq(drafts.id, id));

/** Errors: draft_not_found. */
export async function requireDraft(pool: pg.Pool, programId: number, id: string): Promise<DraftRow> {
  const [draft] = await inProgram(pool, programId, (tx) => drizzle({ client: tx }).select().from(drafts).where(isDraft(programId, id)));
  if (!draft) throw new LoyaltyError("draft_not_found", { draft: id });
  return draft;
}

/** In order of their ids, from after `after` on. */
export function listDrafts(pool: pg.Pool, programId: number, page: { after?: string | undefined; limit: number }): Promise<DraftHeadRow[]> {
  const later = page.after === undefined ? undefined : gt(drafts.id, page.after);
  return inProgram(pool, programId, (tx) =>
    drizzle({ client: tx })
      .select(HEAD)
      .from(drafts)
      .where(and(eq(drafts.programId, programId), later))
      .orderBy(asc(drafts.id))
      .limit(page.limit),
  );
}

/** Refuses where the draft is not in the revision that the caller has seen. The row is locked until the transaction ends. */
async function requireRevision(tx: pg.PoolClient, programId: number, id: string, expected: number | undefined): Promise<boolean> {
  const [draft] = await drizzle({ client: tx })
    .select({ revision: drafts.revision })
    .from(drafts)
    .where(isDraft(programId, id))
    .for("update");
  if (expected !== undefined && draft?.revision !== expected) throw new LoyaltyError("etag_mismatch");
  return draft !== undefined;
}

export type DraftChange = Pick<DraftRow, "id" | "content" | "changedAt" | "changedBy"> & { expectedRevision: number | undefined };

/** Keeps the content as a new revision, which was not validated yet. Errors: etag_mismatch. */
export function putDraft(
  pool: pg.Pool,
  programId: number,
  { expectedRevision, ...draft }: DraftChange,
): Promise<{ draft: DraftHeadRow; isNew: boolean }> {
  return inProgram(pool, programId, async (tx) => {
    const isKnown = await requireRevision(tx, programId, draft.id, expectedRevision);
    const changed = { ...draft, revision: NEXT_REVISION, validatedAt: null, validatedAgainst: null, isValid: null };
    const [written] = await drizzle({ client: tx })
      .insert(drafts)
      .values({ programId, ...changed })
      .onConflictDoUpdate({ target: [drafts.programId, drafts.id], set: changed })
      .returning(HEAD);
    if (!written) throw new LoyaltyError("draft_not_found", { draft: draft.id });
    return { draft: written, isNew: !isKnown };
  });
}

/** Errors: draft_not_found, etag_mismatch. */
export function deleteDraft(pool: pg.Pool, programId: number, id: string, expectedRevision: number | undefined): Promise<void> {
  return inProgram(pool, programId, async (tx) => {
    if (!(await requireRevision(tx, programId, id, expectedRevision))) throw new LoyaltyError("draft_not_found", { draft: id });
    await drizzle({ client: tx }).delete(drafts).where(isDraft(programId, id));
  });
}

/** Remembers what validating a revision said; a newer revision is left as it is. */
export async function rememberValidation(
  pool: pg.Pool,
  { programId, id, revision }: Pick<DraftRow, "programId" | "id" | "revision">,
  said: { validatedAt: Date; validatedAgainst: number; isValid: boolean },
): Promise<void> {
  await inProgram(pool, programId, (tx) =>
    drizzle({ client: tx })
      .update(drafts)
      .set(said)
      .where(and(isDraft(programId, id), eq(drafts.revision, revision))),
  );
}
