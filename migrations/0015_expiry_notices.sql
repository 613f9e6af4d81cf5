-- Notices that points will expire: how far members have been told of each.
-- Compatible: adds a table only.
-- Locks: none on a table in use.

-- Through which local day the members have been told of points of a wallet that expire on it, so long ahead.
create table expiry_notice_days (
  program_id integer not null,
  wallet     smallint not null,
  -- As the program says it: P30D.
  notice     text not null,
  told_to    date not null,
  constraint expiry_notice_days_pkey primary key (program_id, wallet, notice)
);

select loyalty_isolate('expiry_notice_days');

grant select, insert, update on expiry_notice_days to loyalty_service;
