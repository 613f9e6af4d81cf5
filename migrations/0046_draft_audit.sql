-- The audit says what a draft's content was and has become: a draft has no versions that would tell (ADR 22).
-- Compatible: a trigger takes the place of another. Rows that are there stay as they are.
-- Locks: drafts for the moment in which the trigger is exchanged.

drop trigger drafts_audit on drafts;
create trigger drafts_audit after insert or update or delete on drafts
  for each row execute function loyalty_audit_row('draft', 'id');
