import type pg from "pg";

/** Notes that a start of a rule is announced. False when it was before. */
export async function noteAnnouncement(
  tx: pg.ClientBase,
  programId: number,
  { rule, startsAt, announcedAt }: { rule: string; startsAt: Date; announcedAt: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "note_announcement",
    text: "insert into announcements (program_id, rule, starts_at, announced_at) values ($1, $2, $3, $4) on conflict do nothing",
    values: [programId, rule, startsAt, announcedAt],
  });
  return rowCount === 1;
}
