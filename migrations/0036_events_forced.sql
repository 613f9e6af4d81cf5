-- Row-level security of events holds for their owner too, as before 0034.
-- Compatible: the serving role is not the owner.
-- Locks: events, for an instant.
alter table events force row level security;
