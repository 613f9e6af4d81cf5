-- Erasure: what is personal of a member goes, everywhere; the books stay (ADR 0022, docs/privacy.md).
-- Compatible: a function and another trigger on tier_changes. The release before does not call it.
-- Locks: tier_changes for the moment in which a trigger is exchanged.

-- Why members were moved by hand is taken out on erasure; nobody but the function below may update, and it is a definer's.
drop trigger tier_changes_append_only on tier_changes;
create trigger tier_changes_append_only before delete or truncate on tier_changes
  for each statement execute function loyalty_refuse_change();
create trigger tier_changes_only_erased before update on tier_changes
  for each statement when (current_setting('loyalty.erasing', true) is distinct from 'on') execute function loyalty_refuse_change();

-- An answer as it is answered again after the erasure: words that somebody wrote are gone, and all else is as it was.
create function loyalty_without_words(p_answer json) returns json language sql immutable as $$
  select (jsonb_set(p_answer::jsonb
            || case when p_answer::jsonb ? 'reason' then '{"reason": ""}'::jsonb else '{}' end
            || case when p_answer::jsonb ? 'note' then '{"note": null}'::jsonb else '{}' end,
            -- Of a redemption that was cancelled.
            '{redemption,reason}', 'null', false))::json
$$;

-- Takes everything personal of these members out of the program: profiles, hashes of enrolments, attributes of carts and the names of their lines,
-- data of events, traces of decisions, reasons, notes, lists. Amounts, points, dates and ids stay.
create function loyalty_erase_members(p_members bigint[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_program integer := loyalty_current_program();
  v_keys    bigint[];
begin
  -- With whoever was merged into them.
  select array_agg(member_key) into v_keys from members
   where program_id = v_program and (member_key = any(p_members) or alias_of = any(p_members));
  perform set_config('loyalty.erasing', 'on', true);

  delete from profiles where program_id = v_program and member_key = any(v_keys);
  delete from segment_members where program_id = v_program and member_key = any(v_keys);
  update members set enrol_hash = null where program_id = v_program and member_key = any(v_keys) and enrol_hash is not null;

  update orders o set
      cart = (o.cart::jsonb || jsonb_build_object('attributes', '{}'::jsonb, 'lines', coalesce((
                select jsonb_agg((line - 'name') || '{"attributes": {}}' order by n)
                  from jsonb_array_elements(o.cart::jsonb -> 'lines') with ordinality l (line, n)), '[]')))::json,
      decision = (o.decision::jsonb || '{"trace": []}')::json
   where o.program_id = v_program and o.member_key = any(v_keys);
  update member_events e set data = '{}', decision = (e.decision::jsonb || '{"trace": []}')::json
   where e.program_id = v_program and e.member_key = any(v_keys);
  update events e set data = (e.data::jsonb || '{"reason": ""}')::json
   where e.program_id = v_program and e.member_key = any(v_keys) and e.data::jsonb ? 'reason';
  update commands c set answer = loyalty_without_words(c.answer)
   where c.program_id = v_program and c.member_key = any(v_keys) and c.answer::text ~ '"(reason|note)"';
  -- What others wrote to them with points: 13 is the source of a transfer in entries, 15 its kind in commands and directory.
  update commands c set answer = loyalty_without_words(c.answer)
    from entries e
   where e.program_id = v_program and e.member_key = any(v_keys) and e.source_kind = 13
     and c.program_id = v_program and c.member_key = any(array(
           select d.member_key from directory d where d.program_id = v_program and d.kind = 15 and d.id = e.source_id))
     and c.kind = 15 and c.id = e.source_id and c.answer::jsonb ? 'note';

  update tier_changes set reason = '' where program_id = v_program and member_key = any(v_keys) and cause = 'manual' and reason is not null;
  update coupons set reason = '' where program_id = v_program and member_key = any(v_keys) and reason is not null;
  update holds set reason = null where program_id = v_program and member_key = any(v_keys) and reason is not null;
  update redemptions set reason = null where program_id = v_program and member_key = any(v_keys) and reason is not null;
  update merges m set reason = '', undo_reason = case when undo_reason is null then null else '' end,
      effects = (m.effects::jsonb || '{"filled": {}}')::json
   where m.program_id = v_program and (m.member_key = any(v_keys) or m.from_key = any(v_keys));

  perform set_config('loyalty.erasing', '', true);
end
$$;

revoke all on function loyalty_without_words(json), loyalty_erase_members(bigint[]) from public;
grant execute on function loyalty_erase_members(bigint[]) to loyalty_service;
