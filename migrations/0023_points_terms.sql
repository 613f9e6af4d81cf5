-- Points of a rule with terms of their own are a lot of their own, which names the rule.
-- Compatible: the release before ignores the column and makes no such lot.
-- Locks: lots for the moment in which a column without a value to compute is added.

-- The rule whose terms say the lot's dates; null where the wallet says them.
alter table lots add column rule text;
