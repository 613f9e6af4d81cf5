-- The first half of a batch's first round trip: places for unknown members, then claims of the callers' ids.
-- Compatible: adds a function only.
-- Locks: none.

-- Stages 1 and 2 of the order of locks (docs/adr/0001-one-write-path.md). A rival batch with the same new member or
-- the same id waits here, before it holds any member. `claimed` are the positions (from 1) of the claims that are ours.
create function loyalty_begin_batch(
  p_members text[], p_may_enrol boolean[],
  p_claim_kinds smallint[], p_claim_ids text[], p_claim_members integer[], p_claim_hashes uuid[])
returns table (version integer, xid text, claimed integer[]) language plpgsql as $$
declare
  v_program integer := loyalty_current_program();
  v_known   text[];
begin
  if true = any (p_may_enrol) then
    v_known := array(select m.id from members m where m.program_id = v_program and m.id = any (p_members));
    insert into members (program_id, id, status)
      select v_program, u.id, 'placeholder'
        from unnest(p_members, p_may_enrol) u (id, may_enrol)
       where u.may_enrol and u.id <> all (v_known)
       order by u.id
      on conflict do nothing;
    if found then
      insert into accounts (program_id, member_key, wallet)
        select v_program, m.member_key, 1 from members m
         where m.program_id = v_program and m.id = any (p_members) and m.status = 'placeholder'
         order by m.member_key
        on conflict do nothing;
    end if;
  end if;

  if cardinality(p_claim_ids) > 0 then
    with claims as (
      insert into directory (program_id, kind, id, member_key, hash)
        select v_program, u.kind, u.id, m.member_key, u.hash
          from unnest(p_claim_kinds, p_claim_ids, p_claim_members, p_claim_hashes) u (kind, id, member, hash)
         cross join lateral (select k.member_key from members k where k.program_id = v_program and k.id = p_members[u.member] offset 0) m
         order by u.kind, u.id
        on conflict do nothing
        returning directory.kind, directory.id)
    select array_agg(u.n) into claimed
      from claims c join unnest(p_claim_kinds, p_claim_ids) with ordinality u (kind, id, n) on u.kind = c.kind and u.id = c.id;
  end if;

  select p.version into version from programs p where p.program_id = v_program;
  xid := pg_current_xact_id()::text;
  claimed := coalesce(claimed, '{}');
  return next;
end
$$;

revoke all on function loyalty_begin_batch(text[], boolean[], smallint[], text[], integer[], uuid[]) from public;
grant execute on function loyalty_begin_batch(text[], boolean[], smallint[], text[], integer[], uuid[]) to loyalty_service;
