-- A batch begins with fewer queries: members whom it knows are not looked for again, one claim is made without joining it back, what it
-- was called through is one function, and the plan for the version in force is kept (of a function in SQL it is made at each call).
-- Compatible: the functions take and answer the same. The one of six parameters stays for calls that are under way; nothing calls it from here on.
-- Locks: none.

create or replace function loyalty_version_in_force(p_program integer, p_at timestamptz) returns integer language plpgsql stable as $$
begin
  return (
    select coalesce(
      (select r.version from rule_sets r
        where r.program_id = p.program_id and r.effective_at <= p_at
          and (p.in_force_since is null or r.effective_at > p.in_force_since)
          and not exists (select from rule_set_cancellations c where c.program_id = r.program_id and c.version = r.version)
        order by r.effective_at desc, r.version desc limit 1),
      p.version)
      from programs p where p.program_id = p_program);
end
$$;

-- Stages 1 and 2 of the order of locks (docs/adr/0001-one-write-path.md), with the version in force at the engine's own time. A rival
-- batch with the same new member or the same id waits here, before it holds any member. `claimed` are the positions (from 1) of the
-- claims that are ours.
create or replace function loyalty_begin_batch(
  p_members text[], p_may_enrol boolean[],
  p_claim_kinds smallint[], p_claim_ids text[], p_claim_members integer[], p_claim_hashes uuid[], p_now timestamptz)
returns table (version integer, xid text, claimed integer[]) language plpgsql as $$
declare
  v_program integer := loyalty_current_program();
  v_known   text[];
begin
  if true = any (p_may_enrol) then
    v_known := array(select m.id from members m where m.program_id = v_program and m.id = any (p_members));
    if cardinality(v_known) < cardinality(p_members) then
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
  end if;

  claimed := '{}';
  if cardinality(p_claim_ids) = 1 then
    insert into directory (program_id, kind, id, member_key, hash)
      select v_program, p_claim_kinds[1], p_claim_ids[1], m.member_key, p_claim_hashes[1]
        from members m where m.program_id = v_program and m.id = p_members[p_claim_members[1]]
      on conflict do nothing;
    if found then
      claimed := '{1}';
    end if;
  elsif cardinality(p_claim_ids) > 1 then
    with claims as (
      insert into directory (program_id, kind, id, member_key, hash)
        select v_program, u.kind, u.id, m.member_key, u.hash
          from unnest(p_claim_kinds, p_claim_ids, p_claim_members, p_claim_hashes) u (kind, id, member, hash)
         cross join lateral (select k.member_key from members k where k.program_id = v_program and k.id = p_members[u.member] offset 0) m
         order by u.kind, u.id
        on conflict do nothing
        returning directory.kind, directory.id)
    select coalesce(array_agg(u.n), '{}') into claimed
      from claims c join unnest(p_claim_kinds, p_claim_ids) with ordinality u (kind, id, n) on u.kind = c.kind and u.id = c.id;
  end if;

  version := loyalty_version_in_force(v_program, p_now);
  xid := pg_current_xact_id()::text;
  return next;
end
$$;
