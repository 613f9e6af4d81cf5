import type pg from "pg";
import type { AuditOrigin } from "../db/audit-origin.ts";

/** A change by hand. `before` and `after` name columns as the database does. */
export type StoredAudit = {
  audit_id: number;
  recorded_at: Date;
  actor: string;
  request_id: string;
  action: string;
  target_kind: string;
  target: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};

export type AuditFilters = {
  actor?: string | undefined;
  action?: string | undefined;
  targetKind?: string | undefined;
  target?: string | undefined;
  requestId?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
};

const FILTERS: Record<keyof AuditFilters, (parameter: string) => string> = {
  actor: (parameter) => `a.actor = ${parameter}`,
  action: (parameter) => `a.action = ${parameter}`,
  targetKind: (parameter) => `a.target_kind = ${parameter}`,
  // Two look-ups by index are found sooner than one condition over both tables.
  target: (parameter) =>
    `(a.target = ${parameter} or a.member_key = (select n.member_key from members n where n.program_id = $1 and n.id = ${parameter}))`,
  requestId: (parameter) => `a.request_id = ${parameter}`,
  from: (parameter) => `a.recorded_at >= ${parameter}`,
  until: (parameter) => `a.recorded_at < ${parameter}`,
};
const FILTER_NAMES = Object.keys(FILTERS) as (keyof AuditFilters)[];

export type AuditPage = {
  filters: AuditFilters;
  /** Rows from this one on are on former pages. */
  before: number | undefined;
  limit: number;
};

/** Newest first, and one more where there is more. A member is named by the id that they have now. */
export async function listAudit(tx: pg.ClientBase, programId: number, { filters, before, limit }: AuditPage): Promise<StoredAudit[]> {
  const given = FILTER_NAMES.filter((name) => filters[name] !== undefined);
  const conditions = given.map((name, index) => ` and ${FILTERS[name](`$${index + 4}`)}`);
  const { rows } = await tx.query<StoredAudit>({
    name: `list_audit ${given.join(" ")}`,
    text: `select a.audit_id, a.recorded_at, a.actor, a.request_id, a.action, a.target_kind, coalesce(a.target, m.id) as target, a.before, a.after
             from audit a left join members m on m.program_id = a.program_id and m.member_key = a.member_key
            where a.program_id = $1 and ($2::bigint is null or a.audit_id < $2)${conditions.join("")}
            order by a.audit_id desc limit $3`,
    values: [programId, before ?? null, limit + 1, ...given.map((name) => filters[name])],
  });
  return rows;
}

export type AuditedTarget = { targetKind: string; target: string; after: Record<string, unknown> | null };

/** Adds a row about something that has no row of its own whose trigger would. */
export async function insertAudit(
  tx: pg.ClientBase,
  programId: number,
  { actor, requestId, action }: AuditOrigin,
  { targetKind, target, after }: AuditedTarget,
): Promise<void> {
  await tx.query({
    name: "insert_audit",
    text: "insert into audit (program_id, actor, request_id, action, target_kind, target, after) values ($1, $2, $3, $4, $5, $6, $7)",
    values: [programId, actor, requestId, action, targetKind, target, after],
  });
}
