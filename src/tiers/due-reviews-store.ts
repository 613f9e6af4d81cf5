import type pg from "pg";
import { dateToDay, dayToDate, type EpochDay, periodRange } from "../core/period.ts";
import type { Instant } from "../ledger/state.ts";
import { type Demand, metricOf } from "./qualification.ts";

/** A review that is due; in the order of these two. */
export type DueReview = { memberKey: number; memberId: string; dueAt: Date };

const PAGE = "order by r.due_at, r.member_key limit $4";

/** A page of what is due at `now`, from after `after` on: reviews of one member come in the order of their time. */
export async function pageOfDueReviews(
  tx: pg.ClientBase,
  programId: number,
  { now, after, limit }: { now: Instant; after: DueReview | undefined; limit: number },
): Promise<DueReview[]> {
  const { rows } = await tx.query<DueReview>({
    name: "page_of_due_reviews",
    text: `select r.member_key as "memberKey", m.id as "memberId", r.due_at as "dueAt"
             from tier_reviews r
             join members m on m.program_id = $1 and m.member_key = r.member_key
            where r.program_id = $1 and r.due_at <= $2::timestamptz
              and (r.due_at, r.member_key) > ($3::timestamptz, $5::bigint) ${PAGE}`,
    values: [programId, new Date(now), after?.dueAt ?? "-infinity", limit, after?.memberKey ?? 0],
  });
  return rows;
}

export type DailyMember = { memberKey: number; memberId: string };

/**
 * A page of members of a tier which is reviewed on each day who lack what keeps it, as of a day. One statement looks at all of
 * them, so that only those who lack it cost a command. Who reached the tier at `dueAt` or later is left out.
 */
export async function pageOfDailyReviews(
  tx: pg.ClientBase,
  programId: number,
  { tier, demand, day, dueAt, after, limit }: { tier: string; demand: Demand; day: EpochDay; dueAt: Date; after: number; limit: number },
): Promise<DailyMember[]> {
  const ranges = demand.criteria.map(({ window }) => periodRange(day, window));
  const met = `select from unnest($4::text[], $5::date[], $6::date[], $7::bigint[]) c (metric, from_day, to_day, at_least)
                where coalesce((select sum(a.amount) from activity a
                                 where a.program_id = $1 and a.member_key = r.member_key and a.metric = c.metric
                                   and a.day >= c.from_day and a.day < least(c.to_day, $8::date)), 0)`;
  const { rows } = await tx.query<DailyMember>({
    name: `page_of_daily_reviews ${demand.requires}`,
    text: `select r.member_key as "memberKey", m.id as "memberId"
             from tier_reviews r
             join members m on m.program_id = $1 and m.member_key = r.member_key
            where r.program_id = $1 and r.tier = $2 and r.due_at = 'infinity' and r.since_at < $3::timestamptz and r.member_key > $9::bigint
              and ${demand.requires === "any" ? `not exists (${met} >= c.at_least)` : `exists (${met} < c.at_least)`}
            order by r.member_key limit $10`,
    values: [
      programId,
      tier,
      dueAt,
      demand.criteria.map(metricOf),
      ranges.map(({ from }) => dayToDate(from)),
      ranges.map(({ to }) => dayToDate(to)),
      demand.criteria.map(({ atLeast }) => atLeast),
      dayToDate(day + 1),
      after,
      limit,
    ],
  });
  return rows;
}

/** The local day on whose beginning the members of a tier were last looked at. */
export async function reviewedOn(tx: pg.ClientBase, programId: number, tier: string): Promise<EpochDay | undefined> {
  const { rows } = await tx.query<{ day: string }>("select reviewed_on as day from tier_review_days where program_id = $1 and tier = $2", [
    programId,
    tier,
  ]);
  return rows[0] && dateToDay(rows[0].day);
}

export async function setReviewedOn(tx: pg.ClientBase, programId: number, tier: string, day: EpochDay): Promise<void> {
  await tx.query(
    `insert into tier_review_days (program_id, tier, reviewed_on) values ($1, $2, $3)
     on conflict (program_id, tier) do update set reviewed_on = excluded.reviewed_on`,
    [programId, tier, dayToDate(day)],
  );
}

/** A page of members whose tier is reviewed, but who have no next review or one on each day that has a date now. */
export async function pageOfUnscheduled(
  tx: pg.ClientBase,
  programId: number,
  { reviewed, daily, after, limit }: { reviewed: readonly string[]; daily: readonly string[]; after: number; limit: number },
): Promise<DailyMember[]> {
  if (reviewed.length === 0) return [];
  const { rows } = await tx.query<DailyMember>({
    name: "page_of_unscheduled_reviews",
    text: `select a.member_key as "memberKey", m.id as "memberId"
             from accounts a
             join members m on m.program_id = $1 and m.member_key = a.member_key and m.status not in ('closed', 'erased') and m.alias_of is null
             left join tier_reviews r on r.program_id = $1 and r.member_key = a.member_key
            where a.program_id = $1 and a.wallet = 1 and a.member_key > $4::bigint and a.tier = any($2::text[])
              and (r.due_at is null or (r.due_at = 'infinity' and a.tier <> all($3::text[])))
            order by a.member_key limit $5`,
    values: [programId, reviewed, daily, after, limit],
  });
  return rows;
}
