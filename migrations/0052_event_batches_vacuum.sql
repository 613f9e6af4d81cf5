-- The sequencer's look stays short as the feed grows: it begins at the oldest entry of an index over batches without a position, and steps over
-- what batches that have one since left there until the table is vacuumed. By default that is a fifth of all batches ever written, and
-- a vacuum that finds few of a table's pages changed leaves its indexes as they are (ADR 28).
-- Compatible: the release before does not notice.
-- Locks: event_batches against other changes of its schema and vacuum, for a moment; reads and writes go on.
alter table event_batches set (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 5000, vacuum_index_cleanup = on);
