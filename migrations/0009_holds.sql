-- Holds: points that are reserved for a while and then captured or released. Spent points can come back to their lots.
-- Compatible: a new table, and a new column with a default. The release before writes lots without holds.
-- Locks: lots, while its rows are checked against the new constraints.

alter table lots
  -- Of what remains, what open holds reserve.
  add column held bigint not null default 0,
  drop constraint lots_parts_in_range,
  add constraint lots_held_in_range check (held between 0 and remaining),
  -- Points that were taken back by owing may come back to their lot when a spend is undone: the parts may then exceed what was granted.
  add constraint lots_parts_in_range check (clawed_back between 0 and granted and expired between 0 and granted);
