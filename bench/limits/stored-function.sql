-- One order by one function: it writes the rows that the engine writes for an order that changes no tier, in the engine's own tables.
-- What the engine decides (rules, tiers, points) and its JSON come as parameters, decided for nothing. No row-level security: it runs as
-- the owner of the database, a superuser.
create or replace function bench_place_order(
  p_program integer, p_member text, p_order text, p_net bigint, p_points bigint,
  p_cart json, p_decision json, p_answer json, p_events json) returns json language plpgsql as $$
declare
  v_key     bigint;
  v_account accounts;
  v_seq     bigint;
  v_version bigint;
  v_batch   bigint;
  v_now     timestamptz := now();
  v_expires timestamptz := now() + interval '24 months';
begin
  select m.member_key into strict v_key from members m where m.program_id = p_program and m.id = p_member;

  -- The same id with the same body is answered again, with another body refused: the claim makes an order one order.
  insert into directory (program_id, kind, id, member_key, hash)
    values (p_program, 1, p_order, v_key, md5(p_cart::text)::uuid) on conflict do nothing;
  if not found then
    return (select o.answer from orders o where o.program_id = p_program and o.member_key = v_key and o.order_id = p_order);
  end if;

  select * into strict v_account from accounts a
   where a.program_id = p_program and a.member_key = v_key and a.wallet = 1 for no key update;
  v_seq := v_account.entry_seq + 1;
  v_version := v_account.version + 1;

  insert into orders (program_id, member_key, order_id, status, occurred_at, counted_at, cart, decision, answer, lots)
    values (p_program, v_key, p_order, 'placed', v_now, v_now, p_cart, p_decision, p_answer, array[v_seq]);
  insert into entries (program_id, member_key, seq, wallet, kind, from_account, to_account, points, available_after, rule_set,
                       occurred_at, source_kind, source_id)
    values (p_program, v_key, v_seq, 1, 1, 11, 1, p_points, v_account.available + p_points, 1, v_now, 1, p_order);
  insert into lots (program_id, member_key, seq, wallet, granted, remaining, is_pending, occurred_at, available_at, expires_at,
                    source_kind, source_id)
    values (p_program, v_key, v_seq, 1, p_points, p_points, false, v_now, v_now, v_expires, 1, p_order);
  insert into activity as x (program_id, member_key, day, metric, amount)
    values (p_program, v_key, v_now::date, 'orders', 1), (p_program, v_key, v_now::date, 'points:points', p_points),
           (p_program, v_key, v_now::date, 'spend', p_net)
    on conflict (program_id, member_key, day, metric) do update set amount = x.amount + excluded.amount;
  update accounts a
     set available = v_account.available + p_points, accrued_total = v_account.accrued_total + p_points, entry_seq = v_seq, version = v_version,
         windows_day = v_now::date, next_change_at = least(v_account.next_change_at, v_expires),
         windows = json_build_object('spend@365d', coalesce((v_account.windows ->> 'spend@365d')::bigint, 0) + p_net)
   where a.program_id = p_program and a.member_key = v_key and a.wallet = 1;

  insert into event_batches (program_id, events) values (p_program, json_array_length(p_events)) returning batch into v_batch;
  insert into events (program_id, batch, member_key, version, n, type, occurred_at, data)
    select p_program, v_batch, v_key, v_version, e.n - 1, e.value ->> 'type', v_now, e.value -> 'data'
      from json_array_elements(p_events) with ordinality e (value, n);
  return p_answer;
end
$$;
