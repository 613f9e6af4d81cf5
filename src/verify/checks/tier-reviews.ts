import { inRange, type MemberCheck } from "./member-check.ts";

/**
 * The next review is of the tier that the member has, since when they have it; and a grace ends when the last review said that
 * it would.
 */
export const tierReviews: MemberCheck = {
  name: "tier_review",
  sql: `
    with latest as materialized (
      select distinct on (member_key) member_key, outcome, explanation ->> 'until' as until
        from tier_review_results where ${inRange("tier_review_results")} order by member_key, version desc
    )
    select tier_reviews.member_key, null::smallint as wallet, part.subject, part.expected, part.actual
      from tier_reviews
      left join accounts on accounts.program_id = $1 and accounts.member_key = tier_reviews.member_key and accounts.wallet = 1
      left join latest on latest.member_key = tier_reviews.member_key
     cross join lateral (values
       ('reviewed tier', coalesce(accounts.tier, 'none'), tier_reviews.tier),
       ('reviewed since', coalesce(accounts.tier_since::text, 'never'), tier_reviews.since_at::text),
       ('end of the grace',
         case when tier_reviews.state <> 'grace' then tier_reviews.due_at::text
              when latest.outcome = 'grace' then coalesce(latest.until::timestamptz::text, 'none') else 'no grace' end,
         tier_reviews.due_at::text)
     ) as part (subject, expected, actual)
     where ${inRange("tier_reviews")} and part.expected <> part.actual`,
};
