-- A command that spends points reads the first few of the lots that they come from, in burn order: with all of the order in the index it
-- reads no more of them, however many a member has that end on the same day or never (ADR 30).
-- Compatible: the release before uses the new index for what it used the old one for.
-- Locks: lots against writes while the index over those that hold points is built.
create index lots_burn_idx on lots (program_id, member_key, wallet, expires_at, occurred_at, seq) where remaining > 0;
drop index lots_open_idx;
