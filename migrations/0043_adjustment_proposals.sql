-- Adjustments that wait for an approval: their answers stand in commands, as those of all adjustments. This finds them in the order in which
-- they were proposed, and holds nothing else.
-- Compatible: an index and a function that does as before for all other answers.
-- Locks: commands against writes while it is read once.
create index commands_proposals_idx on commands (program_id, (answer ->> 'proposedAt') desc, id desc)
  where kind = 13 and answer ->> 'status' = 'pending_approval';

-- As before, and of a proposal also why the adjustment that it became was asked for.
create or replace function loyalty_without_words(p_answer json) returns json language sql immutable as $$
  select (jsonb_set(jsonb_set(p_answer::jsonb
            || case when p_answer::jsonb ? 'reason' then '{"reason": ""}'::jsonb else '{}' end
            || case when p_answer::jsonb ? 'note' then '{"note": null}'::jsonb else '{}' end,
            -- Of a redemption that was cancelled.
            '{redemption,reason}', 'null', false),
            '{adjustment,reason}', '""', false))::json
$$;
