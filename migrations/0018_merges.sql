-- Merged members: one becomes an alias of the other, what was theirs moves, and all of it can be put back (ADR 0013).
-- Compatible: additive. The release before does not know aliases: merge members only when it runs no more.
-- Locks: members for the moment in which a column without a value to compute is added, and while its index is built.

-- The member that this id stands for since it was merged into them; never one that is an alias itself.
alter table members add column alias_of bigint;
alter table members add constraint members_alias_of_another check (alias_of <> member_key);
-- Finds the aliases of a member; holds aliases only.
create index members_aliases_idx on members (program_id, alias_of) where alias_of is not null;

-- A merge of one member into another, with what it takes to undo it.
create table merges (
  program_id  integer     not null,
  -- Who goes on.
  member_key  bigint      not null,
  merge_id    text        not null,
  -- Who became an alias.
  from_key    bigint      not null,
  merged_at   timestamptz not null,
  recorded_at timestamptz not null default now(),
  reason      text        not null,
  actor       text,
  -- What was decided: totals, debts, activity, tiers, profile (src/merges/merge.ts).
  effects     json        not null,
  -- Which rows changed their key, and a hash of what they said (loyalty_move_rows).
  moved       json        not null,
  undone_at   timestamptz,
  undo_reason text,
  undo_actor  text,
  constraint merges_pkey primary key (program_id, member_key, merge_id),
  constraint merges_of_two check (member_key <> from_key),
  constraint merges_undone_with_reason check ((undone_at is null) = (undo_reason is null))
);
-- Serves verification and balances of the past.
create index merges_from_idx on merges (program_id, from_key);

-- A lot of the source and the lot at the target that stands for it.
create table merged_lots (
  program_id integer not null,
  -- Of the target, with the number of the lot there.
  member_key bigint  not null,
  seq        bigint  not null,
  merge_id   text    not null,
  from_key   bigint  not null,
  from_seq   bigint  not null,
  -- How many points came with it; 0 of one that was spent and only an order names.
  points     bigint  not null,
  -- What had been taken back and had expired of it before.
  clawed_back bigint not null,
  expired    bigint  not null,
  constraint merged_lots_pkey primary key (program_id, member_key, seq),
  constraint merged_lots_not_negative check (points >= 0 and clawed_back >= 0 and expired >= 0)
);
create index merged_lots_of_merge_idx on merged_lots (program_id, member_key, merge_id);

create trigger merged_lots_append_only before update or delete or truncate on merged_lots
  for each statement execute function loyalty_refuse_change();

select loyalty_isolate(t) from unnest(array['merges', 'merged_lots']) t;

grant select, insert on merged_lots to loyalty_service;
grant select, insert, update (undone_at, undo_reason, undo_actor) on merges to loyalty_service;
grant update (member_key) on returns, coupons, commands to loyalty_service;
grant update (member_key, lots) on member_events to loyalty_service;

-- A number of a lot under another member's numbers; one that is not among them stays.
create function loyalty_renumber(p_lot bigint, p_from bigint[], p_to bigint[]) returns bigint language sql immutable as
  $$ select coalesce(p_to[array_position(p_from, p_lot)], p_lot) $$;

create function loyalty_renumber_all(p_lots bigint[], p_from bigint[], p_to bigint[]) returns bigint[] language sql immutable as
  $$ select coalesce(array_agg(loyalty_renumber(u.lot, p_from, p_to) order by u.n), '{}') from unnest(p_lots) with ordinality u (lot, n) $$;

-- The same in what was paid: [{"wallet": "points", "points": 5, "uses": [{"lot": 12, "points": 5}]}]
create function loyalty_renumber_paid(p_paid json, p_from bigint[], p_to bigint[]) returns json language sql immutable as $$
  select coalesce(json_agg((part.value::jsonb || jsonb_build_object('uses', (
           select coalesce(jsonb_agg(jsonb_build_object('lot', loyalty_renumber((use.value ->> 'lot')::bigint, p_from, p_to),
                                                        'points', (use.value ->> 'points')::bigint) order by use.n), '[]')
             from json_array_elements(part.value -> 'uses') with ordinality use (value, n))))::json order by part.n), '[]')
    from json_array_elements(p_paid) with ordinality part (value, n) $$;

-- What of the rows that a merge moves would keep it from being undone if it changed, as one hash for each table.
create function loyalty_hash_moved(p_member bigint, p_moved json) returns json language plpgsql stable as $$
begin
  return json_build_object(
    'orders', (
      select md5(coalesce(string_agg(md5(concat_ws('|', o.order_id, o.status, extract(epoch from o.completed_at), extract(epoch from o.counted_at),
               extract(epoch from o.cancelled_at), o.cart, o.decision, o.returned)), '' order by o.order_id), ''))
        from json_array_elements_text(p_moved -> 'orders') id
        left join orders o on o.program_id = loyalty_current_program() and o.member_key = p_member and o.order_id = id),
    'coupons', (
      select md5(coalesce(string_agg(concat_ws('|', c.code, c.order_id, extract(epoch from c.revoked_at)), ' ' order by c.code), ''))
        from json_array_elements_text(p_moved -> 'coupons') code
        left join coupons c on c.program_id = loyalty_current_program() and c.member_key = p_member and c.code = code),
    'redemptions', (
      select md5(coalesce(string_agg(concat_ws('|', d.redemption_id, d.status, extract(epoch from d.fulfilled_at), extract(epoch from d.ended_at)),
               ' ' order by d.redemption_id), ''))
        from json_array_elements_text(p_moved -> 'redemptions') id
        left join redemptions d on d.program_id = loyalty_current_program() and d.member_key = p_member and d.redemption_id = id));
end
$$;

-- Gives rows of one member to another, under the lock of both: all of them, or with p_only those that a former call has answered.
-- The lots that they name get other numbers: those of p_from_lots become those of p_to_lots. Answers what was moved.
create function loyalty_move_rows(p_from bigint, p_to bigint, p_only json, p_from_lots bigint[], p_to_lots bigint[])
returns json language plpgsql as $$
declare
  v_program integer := loyalty_current_program();
  v_all     boolean := p_only is null;
  v_orders text[]; v_returns text[]; v_events text[]; v_coupons text[]; v_redemptions text[]; v_holds text[]; v_aliases bigint[];
  v_segments json; v_counters json; v_moved json;
begin
  with moved as (
    update orders set member_key = p_to, lots = loyalty_renumber_all(lots, p_from_lots, p_to_lots)
     where program_id = v_program and member_key = p_from
       and (v_all or order_id = any (array(select json_array_elements_text(p_only -> 'orders'))))
    returning order_id)
  select coalesce(array_agg(order_id order by order_id), '{}') into v_orders from moved;

  with moved as (
    update returns set member_key = p_to where program_id = v_program and member_key = p_from and order_id = any (v_orders) returning return_id)
  select coalesce(array_agg(return_id order by return_id), '{}') into v_returns from moved;

  with moved as (
    update member_events set member_key = p_to, lots = loyalty_renumber_all(lots, p_from_lots, p_to_lots)
     where program_id = v_program and member_key = p_from
       and (v_all or event_id = any (array(select json_array_elements_text(p_only -> 'events'))))
    returning event_id)
  select coalesce(array_agg(event_id order by event_id), '{}') into v_events from moved;

  with moved as (
    update coupons set member_key = p_to
     where program_id = v_program and member_key = p_from
       and (v_all or code = any (array(select json_array_elements_text(p_only -> 'coupons'))))
    returning code)
  select coalesce(array_agg(code order by code), '{}') into v_coupons from moved;

  with moved as (
    update redemptions set member_key = p_to, lots = loyalty_renumber_all(lots, p_from_lots, p_to_lots),
           paid = loyalty_renumber_paid(paid, p_from_lots, p_to_lots)
     where program_id = v_program and member_key = p_from
       and (v_all or redemption_id = any (array(select json_array_elements_text(p_only -> 'redemptions'))))
    returning redemption_id)
  select coalesce(array_agg(redemption_id order by redemption_id), '{}') into v_redemptions from moved;

  -- Resolved ones: what they reserved of lots is history.
  with moved as (
    update holds set member_key = p_to
     where program_id = v_program and member_key = p_from
       and (v_all or hold_id = any (array(select json_array_elements_text(p_only -> 'holds'))))
    returning hold_id)
  select coalesce(array_agg(hold_id order by hold_id), '{}') into v_holds from moved;

  -- Kinds of claims: src/core/request-kinds.ts.
  update directory d set member_key = p_to
    from (select 1 as kind, unnest(v_orders) as id union all select 2, unnest(v_returns) union all select 8, unnest(v_events)
          union all select 11, unnest(v_holds) union all select 19, unnest(v_redemptions)) u
   where d.program_id = v_program and d.kind = u.kind and d.id = u.id;

  -- The first answers of those of them that have none in their own rows.
  update commands c set member_key = p_to
    from (select 11 as kind, unnest(v_holds) as id union all select 19, unnest(v_redemptions)) u
   where c.program_id = v_program and c.member_key = p_from and c.kind = u.kind and c.id = u.id;

  -- Lists, whose rows are locked first, in the order of their ids, as by whoever changes a list.
  perform 1 from segments s
    where s.program_id = v_program and s.segment_id in (select segment_id from segment_members where program_id = v_program and member_key = p_from)
    order by s.segment_id for update;
  with listed as (
    delete from segment_members s where v_all and s.program_id = v_program and s.member_key = p_from returning s.segment_id, s.since
  ), added as (
    insert into segment_members (program_id, member_key, segment_id, since)
      select v_program, p_to, l.segment_id, l.since from listed l on conflict do nothing returning segment_id)
  select json_agg(json_build_object('id', l.segment_id, 'since', l.since, 'isNew', a.segment_id is not null) order by l.segment_id) into v_segments
    from listed l left join added a on a.segment_id = l.segment_id;
  if not v_all then
    insert into segment_members (program_id, member_key, segment_id, since)
      select v_program, p_to, u.id, u.since from json_to_recordset(p_only -> 'segments') u (id text, since timestamptz)
       where exists (select from segments s where s.program_id = v_program and s.segment_id = u.id)
      on conflict do nothing;
    delete from segment_members s using json_to_recordset(p_only -> 'segments') u (id text, "isNew" boolean)
     where s.program_id = v_program and s.member_key = p_from and s.segment_id = u.id and u."isNew";
  end if;

  -- Counters: of all that is used, or what a former call has moved.
  with given as (
    select c.key, c.period, c.used from counters c where v_all and c.program_id = v_program and c.member_key = p_from and c.used > 0
    union all
    select u.key, u.period, u.used from json_to_recordset(p_only -> 'counters') u (key text, period date, used bigint)
  ), taken as (
    update counters c set used = c.used - g.used from given g
     where c.program_id = v_program and c.member_key = p_from and c.key = g.key and c.period = g.period
  ), counted as (
    insert into counters as c (program_id, member_key, key, period, used)
      select v_program, p_to, g.key, g.period, g.used from given g
      on conflict (program_id, member_key, key, period) do update set used = c.used + excluded.used)
  select json_agg(given order by given.key, given.period) into v_counters from given;

  -- Aliases of the one that becomes an alias, or those that came with it.
  with moved as (
    update members m set alias_of = p_to
     where m.program_id = v_program and m.alias_of = p_from
       and (v_all or m.member_key = any (array(select value::bigint from json_array_elements_text(p_only -> 'aliases'))))
    returning m.member_key)
  select coalesce(array_agg(member_key order by member_key), '{}') into v_aliases from moved;

  v_moved := json_build_object(
    'orders', to_json(v_orders), 'events', to_json(v_events), 'coupons', to_json(v_coupons), 'redemptions', to_json(v_redemptions),
    'holds', to_json(v_holds), 'segments', coalesce(v_segments, '[]'), 'counters', coalesce(v_counters, '[]'), 'aliases', to_json(v_aliases));
  return (v_moved::jsonb || jsonb_build_object('hashes', loyalty_hash_moved(p_to, v_moved)))::json;
end
$$;

revoke all on function loyalty_renumber(bigint, bigint[], bigint[]), loyalty_renumber_all(bigint[], bigint[], bigint[]),
  loyalty_renumber_paid(json, bigint[], bigint[]), loyalty_hash_moved(bigint, json),
  loyalty_move_rows(bigint, bigint, json, bigint[], bigint[]) from public;
grant execute on function loyalty_renumber(bigint, bigint[], bigint[]), loyalty_renumber_all(bigint[], bigint[], bigint[]),
  loyalty_renumber_paid(json, bigint[], bigint[]), loyalty_hash_moved(bigint, json),
  loyalty_move_rows(bigint, bigint, json, bigint[], bigint[]) to loyalty_service;
