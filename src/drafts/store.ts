import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";

/** A draft without its content. */
export type DraftHeadRow = {
  id: string;
  /** From a sequence: no revision comes twice, so it is the entity tag. */
  revision: number;
  changedAt: Date;
  changedBy: string;
  /** Of this revision; null until it was validated. */
  validatedAt: Date | null;
  /** The version in force then; 0 where there was none. */
  validatedAgainst: number | null;
  isValid: boolean | null;
};

/** A definition that is being worked on, as it was sent; it need not be valid. */
export type DraftRow = DraftHeadRow & { content: Record<string, unknown> };

const HEAD = `id, revision, changed_at as "changedAt", changed_by as "changedBy",
  validated_at as "validatedAt", validated_against as "validatedAgainst", is_valid as "isValid"`;

/** Errors: draft_not_found. */
export async function requireDraft(pool: pg.Pool, programId: number, id: string): Promise<DraftRow> {
  const { rows } = await inProgram(pool, programId, (tx) =>
    tx.query<DraftRow>(`select ${HEAD}, content from drafts where program_id = $1 and id = $2`, [programId, id]),
  );
  const [draft] = rows;
  if (!draft) throw new LoyaltyError("draft_not_found", { draft: id });
  return draft;
}

/** In order of their ids, from after `after` on. */
export async function listDrafts(
  pool: pg.Pool,
  programId: number,
  page: { after?: string | undefined; limit: number },
): Promise<DraftHeadRow[]> {
  const { rows } = await inProgram(pool, programId, (tx) =>
    tx.query<DraftHeadRow>(`select ${HEAD} from drafts where program_id = $1 and ($2::text is null or id > $2) order by id limit $3`, [
      programId,
      page.after ?? null,
      page.limit,
    ]),
  );
  return rows;
}

/** Refuses where the draft is not in the revision that the caller has seen. The row is locked until the transaction ends. */
async function requireRevision(tx: pg.PoolClient, programId: number, id: string, expected: number | undefined): Promise<boolean> {
  const { rows } = await tx.query<{ revision: number }>("select revision from drafts where program_id = $1 and id = $2 for update", [
    programId,
    id,
  ]);
  const [draft] = rows;
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
    const { rows } = await tx.query<DraftHeadRow>(
      `insert into drafts (program_id, id, content, revision, changed_at, changed_by)
       values ($1, $2, $3, nextval('draft_revisions'), $4, $5)
       on conflict (program_id, id) do update
         set content = excluded.content, revision = excluded.revision, changed_at = excluded.changed_at,
             changed_by = excluded.changed_by, validated_at = null, validated_against = null, is_valid = null
       returning ${HEAD}`,
      [programId, draft.id, JSON.stringify(draft.content), draft.changedAt, draft.changedBy],
    );
    const [written] = rows;
    if (!written) throw new LoyaltyError("draft_not_found", { draft: draft.id });
    return { draft: written, isNew: !isKnown };
  });
}

/** Errors: draft_not_found, etag_mismatch. */
export function deleteDraft(pool: pg.Pool, programId: number, id: string, expectedRevision: number | undefined): Promise<void> {
  return inProgram(pool, programId, async (tx) => {
    if (!(await requireRevision(tx, programId, id, expectedRevision))) throw new LoyaltyError("draft_not_found", { draft: id });
    await tx.query("delete from drafts where program_id = $1 and id = $2", [programId, id]);
  });
}

/** Remembers what validating a revision said; a newer revision is left as it is. */
export async function rememberValidation(
  pool: pg.Pool,
  programId: number,
  { id, revision }: Pick<DraftRow, "id" | "revision">,
  said: { validatedAt: Date; validatedAgainst: number; isValid: boolean },
): Promise<void> {
  await inProgram(pool, programId, (tx) =>
    tx.query(
      `update drafts set validated_at = $4, validated_against = $5, is_valid = $6
        where program_id = $1 and id = $2 and revision = $3`,
      [programId, id, revision, said.validatedAt, said.validatedAgainst, said.isValid],
    ),
  );
}
