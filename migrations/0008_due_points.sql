-- Due points: what the sweep of activations and expiries finds its next page by.
-- Compatible: adds indexes only.
-- Locks: lots against writes, while the indexes are built.

-- Only lots that a date concerns are in them, so points that never expire and are available at once cost nothing.
create index lots_expiring_idx on lots (program_id, expires_at, member_key) where remaining > 0 and expires_at < 'infinity';
create index lots_pending_idx on lots (program_id, available_at, member_key) where remaining > 0 and is_pending and available_at < 'infinity';
