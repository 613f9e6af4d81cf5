-- Reviews of tiers: when the next one of a member is due, what each one found, and who moved a member by hand.
-- Compatible: additive, the release before neither reads nor writes what is new here. Members who are in a tier already get their
-- first review when a version is published whose tiers have a retention.
-- Locks: tier_changes for an instant (new columns without a default).

alter table tier_changes
  add column reason text,
  add column actor  text;

-- The next review of a member whose tier is not kept for good: one row a member, written when tier or review changes.
-- Apart from accounts, which must not have an index on a column that changes.
create table tier_reviews (
  program_id integer not null,
  member_key bigint not null,
  -- A copy of the account's, with since_at: for the reviews of each local day, which go by tier.
  tier       text not null,
  since_at   timestamptz not null,
  -- infinity: reviewed on each local day.
  due_at     timestamptz not null,
  state      text not null,
  constraint tier_reviews_pkey primary key (program_id, member_key),
  -- kept: until the review; grace: what keeps the tier is missing, and due_at is the end of the grace; granted: given until due_at.
  constraint tier_reviews_state_known check (state in ('kept', 'grace', 'granted'))
);
-- Serves the job's pages of what is due.
create index tier_reviews_due_idx on tier_reviews (program_id, due_at, member_key) where due_at < 'infinity';
-- Serves its pages of what is reviewed on each day.
create index tier_reviews_daily_idx on tier_reviews (program_id, tier, member_key) where due_at = 'infinity';

-- What each review found and decided, for good.
create table tier_review_results (
  program_id  integer not null,
  member_key  bigint not null,
  version     bigint not null,
  due_at      timestamptz not null,
  recorded_at timestamptz not null default now(),
  rule_set    integer not null,
  tier        text not null,
  outcome     text not null,
  to_tier     text not null,
  -- The criteria with the values that the review saw.
  explanation json not null,
  constraint tier_review_results_pkey primary key (program_id, member_key, version)
);

-- Through which local day the members of a tier have been reviewed that is reviewed on each day.
create table tier_review_days (
  program_id  integer not null,
  tier        text not null,
  reviewed_on date not null,
  constraint tier_review_days_pkey primary key (program_id, tier)
);

create trigger tier_review_results_append_only before update or delete or truncate on tier_review_results
  for each statement execute function loyalty_refuse_change();

select loyalty_isolate(t) from unnest(array['tier_reviews', 'tier_review_results', 'tier_review_days']) t;

grant select, insert, update, delete on tier_reviews to loyalty_service;
grant select, insert on tier_review_results to loyalty_service;
grant select, insert, update on tier_review_days to loyalty_service;
