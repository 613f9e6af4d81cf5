/** Each is done to a member of its own, past triggers and policies, and found by exactly these checks. `:key` is the member's. */
export const CORRUPTIONS: [what: string, sql: string, checks: string[]][] = [
  [
    "points that nobody gave",
    "update accounts set available = available + 5 where member_key = :key and wallet = 1",
    ["account_balance", "wallet_lots"],
  ],
  ["a debt from nowhere", "update accounts set debt = 5 where member_key = :key and wallet = 1", ["account_balance"]],
  [
    "a total that is off",
    "update accounts set accrued_total = accrued_total + 1 where member_key = :key and wallet = 2",
    ["account_total"],
  ],
  ["expired points that are forgotten", "update accounts set expired_total = 0 where member_key = :key and wallet = 1", ["account_total"]],
  [
    "an account that counts an entry too many",
    "update accounts set entry_seq = entry_seq + 1 where member_key = :key and wallet = 1",
    ["entry_sequence"],
  ],
  ["a lost account", "delete from accounts where member_key = :key and wallet = 2", ["account_balance", "wallet_lots"]],
  [
    "a lost entry of an expiry",
    "delete from entries where member_key = :key and kind = 4",
    ["account_balance", "account_total", "entry_sequence", "entry_uses", "lot_used", "running_balance"],
  ],
  [
    "a running balance that was touched up",
    "update entries set available_after = available_after + 1 where member_key = :key and seq = 1",
    ["running_balance"],
  ],
  [
    "an accrual that was raised",
    "update entries set points = points + 1 where member_key = :key and seq = 1",
    ["account_balance", "account_total", "lot_granted", "running_balance"],
  ],
  ["a clawback that went to clearing", "update entries set to_account = 16 where member_key = :key and wallet = 2 and kind = 3", []],
  [
    "a lot with points too few",
    "update lots set remaining = remaining - 1 where member_key = :key and source_id like '%last' and wallet = 1",
    ["lot_used", "wallet_lots"],
  ],
  [
    "a lost lot",
    "delete from lots where member_key = :key and source_id like '%last' and wallet = 2",
    ["activity", "lot_granted", "order_kept_points", "order_points", "wallet_lots"],
  ],
  [
    "a use of a lot that was changed",
    "update lot_uses set points = points + 1 where member_key = :key and points < 20",
    ["entry_uses", "lot_used"],
  ],
  [
    "a clawback that the lot forgot",
    "update lots set clawed_back = 0 where member_key = :key and wallet = 1",
    ["activity", "order_clawback", "order_kept_points"],
  ],
  ["an expiry that reads would miss", "update accounts set next_change_at = null where member_key = :key and wallet = 1", ["next_change"]],
  ["a tier that no change led to", "update accounts set tier = 'gold' where member_key = :key and wallet = 1", ["tier", "tier_review"]],
  ["a step from nowhere", "update tier_changes set from_tier = 'gold' where member_key = :key and from_tier is not null", ["tier_step"]],
  ["a review of another tier", "update tier_reviews set tier = 'gold' where member_key = :key", ["tier_review"]],
  ["a grace that no review gave", "update tier_reviews set state = 'grace' where member_key = :key", ["tier_review"]],
  [
    "an upgrade that nobody took",
    "insert into activity (program_id, member_key, day, metric, amount) values (1, :key, '2026-02-20', 'upgrade:up', 1)",
    ["tier_upgrade"],
  ],
  [
    "a month without an order",
    "insert into activity (program_id, member_key, day, metric, amount) values (1, :key, '2026-01-01', 'order_months', 1)",
    ["order_month"],
  ],
  ["a lost tier change", "delete from tier_changes where member_key = :key", ["tier"]],
  [
    "spend that nobody paid",
    "update activity set amount = amount + 1 where member_key = :key and metric = 'spend' and day = '2026-02-20'",
    ["activity", "tier_window"],
  ],
  ["a lost day", "delete from activity where member_key = :key and metric = 'points:points' and day = '2026-02-20'", ["activity"]],
  ["a window that is off", `update accounts set windows = '{"spend@365d": 1}' where member_key = :key and wallet = 1`, ["tier_window"]],
  ["an order that nobody claimed", "delete from directory where member_key = :key and kind = 1 and id like '%kept'", ["directory"]],
  ["a claim without a return", "delete from returns where member_key = :key", ["directory", "order_clawback"]],
  [
    "more units back than were bought",
    `update orders set returned = '{"1": 4}' where member_key = :key and order_id like '%kept'`,
    ["activity", "member_counter", "order_kept_points", "returned_units"],
  ],
  [
    "a decision that was rewritten",
    "update orders set decision = replace(decision::text, '\"points\":42', '\"points\":43')::json where member_key = :key and order_id like '%last'",
    ["order_points"],
  ],
  [
    "a cart that cannot be read",
    `update orders set cart = '{"lines": 1}' where member_key = :key and order_id like '%last'`,
    ["activity", "member_counter", "order_readable"],
  ],
  [
    "an order that no longer counts",
    "update orders set counted_at = null where member_key = :key and order_id like '%last'",
    ["activity", "order_points"],
  ],
  ["a use of a cap too many", "update counters set used = used + 1 where member_key = :key", ["member_counter"]],
  ["a forgotten use of a cap", "delete from counters where member_key = :key", ["member_counter"]],
  ["an answer whose id would be taken for a new one", "delete from directory where member_key = :key and kind = 13", ["command"]],
  ["an event that nobody claimed", "delete from directory where member_key = :key and kind = 8", ["directory"]],
  ["a claim without an event", "delete from member_events where member_key = :key", ["activity", "directory", "member_counter"]],
  [
    "a lot of an event that was lost",
    "delete from lots where member_key = :key and source_id like '%review' and wallet = 1",
    ["activity", "event_points", "lot_granted", "wallet_lots"],
  ],
  [
    "an event whose decision was rewritten",
    "update member_events set decision = replace(decision::text, '\"points\":7', '\"points\":8')::json where member_key = :key",
    ["event_points"],
  ],
  [
    "a day that was not counted",
    `insert into member_events (program_id, member_key, event_id, type, occurred_at, data, decision, answer)
     values (1, :key, 'day:birthday:2026:x', 'day:birthday', '2026-02-22', '{}', '{}', '{}')`,
    ["activity", "directory", "member_counter"],
  ],
  [
    "an adjustment that was rewritten",
    "update commands set answer = replace(answer::text, '\"points\":3', '\"points\":4')::json where member_key = :key and kind = 13",
    ["adjustment"],
  ],
  [
    "an adjustment that took effect without its approval",
    `update commands set answer = (answer::jsonb || '{"status": "pending_approval"}')::json where member_key = :key and kind = 13`,
    ["adjustment"],
  ],
  [
    "an approval that had no effect",
    `insert into commands (program_id, member_key, kind, id, answer) values (1, :key, 30, 'proposed',
       '{"status": "approved", "adjustment": {"wallet": "growth", "points": 5, "debt": 0, "keyId": "root", "occurredAt": "2026-02-20T00:00:00Z"}}')`,
    ["adjustment", "audited_command"],
  ],
  ["an adjustment without its row of audit", "delete from audit where member_key = :key and action = 'adjustPoints'", ["audited_command"]],
  [
    "a reversal that was audited at another time",
    "update audit set recorded_at = recorded_at - interval '1 us' where member_key = :key and action = 'reverseEntry'",
    ["audited_command"],
  ],
  [
    "a row of audit of an adjustment that nobody made",
    `insert into audit (program_id, actor, request_id, action, target_kind, member_key, after)
     values (1, 'root', 'r', 'adjustPoints', 'member', :key, '{"adjustment": "nobodys"}')`,
    ["audited_command"],
  ],
  [
    "a coupon by hand without its row of audit",
    `insert into commands (program_id, member_key, kind, id, answer) values (1, :key, 10, 'given', '{"coupon": "thanks"}')`,
    ["audited_command"],
  ],
  [
    "a tier by hand without its row of audit",
    "update tier_changes set cause = 'manual' where member_key = :key and to_tier = 'silver'",
    ["audited_tier"],
  ],
  [
    "a row of audit of a tier that nobody set",
    `insert into audit (program_id, actor, request_id, action, target_kind, member_key, after)
     values (1, 'root', 'r', 'setMemberTier', 'member', :key, '{}')`,
    ["audited_tier"],
  ],
  [
    "a reversal that was rewritten",
    "update commands set answer = replace(answer::text, '\"points\":-9', '\"points\":-8')::json where member_key = :key and kind = 14",
    ["reversal"],
  ],
  [
    "a reversal that the lot forgot",
    "update lots set clawed_back = 0 where member_key = :key and source_kind = 8 and clawed_back > 0",
    ["activity", "lot_used"],
  ],
  [
    "an event that is counted twice",
    "update activity set amount = 2 where member_key = :key and metric = 'events:review_written'",
    ["activity"],
  ],
  ["a lost hold", "delete from holds where member_key = :key and status = 'open'", ["command", "hold_entries"]],
  ["a hold that captured more", "update holds set captured = 2 where member_key = :key and status = 'captured'", ["hold_entries"]],
  ["a lot that forgot what is held of it", "update lots set held = 0 where member_key = :key", ["lot_used", "wallet_lots"]],
  [
    "held points that nobody holds",
    "update accounts set held = held + 1, available = available - 1 where member_key = :key and wallet = 1",
    ["account_balance", "wallet_lots"],
  ],
  [
    "a hold whose end reads would miss",
    "update holds set expires_at = '2026-03-02T00:00:00Z' where member_key = :key and status = 'open'",
    ["next_change"],
  ],
  ["a coupon that was lost", "delete from coupons where member_key = :key", ["coupon_granted"]],
  [
    "a coupon that nobody gave",
    `insert into coupons (program_id, code, member_key, coupon, rule_set, cause, source_id, issued_at, valid_from)
     values (1, '2222222222222222', :key, 'thanks', 1, 'event', 'e', now(), now())`,
    ["coupon_granted"],
  ],
  ["an end of a coupon that nobody announced", "update coupons set expired_at = '2026-03-05' where member_key = :key", ["coupon_expired"]],
  [
    "a notice that nobody was to get",
    `insert into events (program_id, batch, member_key, version, n, type, data, occurred_at)
     select program_id, (select max(batch) from events where member_key = :key), member_key, 999, 0, 'coupon.will_expire',
            json_build_object('code', code, 'notice', 'P3D'), now()
       from coupons where member_key = :key`,
    ["coupon_notice"],
  ],
  [
    "points of an event that somebody took back",
    "update lots set clawed_back = 1, remaining = remaining - 1 where member_key = :key and source_id like '%review' and wallet = 1",
    ["activity", "lot_used", "wallet_lots"],
  ],
  [
    "events in another order",
    "update events set batch = (select max(batch) from events where member_key = :key) where member_key = :key and version = 1 and n = 0",
    ["event_order"],
  ],
  ["events whose place is lost", "update events set batch = 999999 where member_key = :key and version = 2", ["event_order"]],
];

const AUDITED = "insert into audit (program_id, actor, request_id, action, target_kind, target, before, after) values (1, 'root', 'r'";

/** Of the configuration: each is found as exactly this. */
export const AUDIT_CORRUPTIONS: [what: string, sql: string, found: { subject: string; expected: string; actual: string }][] = [
  [
    "a version whose row of audit is gone",
    "delete from audit where target_kind = 'rule_set' and target = '1'",
    { subject: "rule_set 1", expected: "a row of audit that it was made", actual: "none" },
  ],
  [
    "a key that nobody made",
    `insert into api_keys (program_id, key_id, name, hash, hint, scopes)
     values (1, '0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e11', 'back door', sha256('back door'), 'k', '{admin}')`,
    { subject: "key 0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e11", expected: "a row of audit that it was made", actual: "none" },
  ],
  [
    "a list that is gone without a row of audit",
    `${AUDITED}, 'putSegment', 'segment', 'gone', null, '{"name": "gone"}')`,
    { subject: "segment gone", expected: "is there", actual: "is not" },
  ],
  [
    "a cancellation that was forgotten",
    `${AUDITED}, 'cancelRuleSet', 'rule_set', '1', null, '{"cancelled_by": "root"}')`,
    { subject: "rule_set_cancellation 1", expected: "is there", actual: "is not" },
  ],
  [
    "a draft that was deleted and is there",
    `insert into drafts (program_id, id, content, revision, changed_at, changed_by) values (1, 'back', '{}', 1, now(), 'root');
     ${AUDITED}, 'putDraft', 'draft', 'back', null, '{}'), (1, 'root', 'r', 'deleteDraft', 'draft', 'back', '{}', null)`,
    { subject: "draft back", expected: "was deleted", actual: "is there" },
  ],
];

const LAST_BLOCK = "(select max(block) from ledger_blocks)";
const OTHER_HASH = "sha256('another')";

/** Of a hash chain of three blocks or more: each is found by exactly these checks, with a head that was exported before. */
export const CHAIN_CORRUPTIONS: [what: string, sql: string, checks: string[]][] = [
  ["a changed amount", "update entries set points = points + 1 where member_key = 1 and seq = 1", ["sealed_entries"]],
  ["a changed time", "update entries set recorded_at = recorded_at - interval '1 us' where member_key = 1 and seq = 2", ["sealed_entries"]],
  ["a changed source", "update entries set source_id = source_id || '-' where member_key = 1 and seq = 1", ["sealed_entries"]],
  ["a removed entry", "delete from entries where member_key = 1 and seq = 1", ["sealed_entries"]],
  [
    "an entry put in before the first",
    `insert into entries (program_id, member_key, seq, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at, source_kind, source_id)
     select program_id, member_key, 0, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at, source_kind, source_id
       from entries where member_key = 1 and seq = 1`,
    ["sealed_entries"],
  ],
  [
    "two entries that changed places",
    "update entries set seq = case seq when 1 then -1 else 1 end where member_key = 1 and seq in (1, 2); update entries set seq = 2 where member_key = 1 and seq = -1",
    ["sealed_entries"],
  ],
  [
    "entries sealed as something else",
    `update ledger_block_members set hash = ${OTHER_HASH} where member_key = 1 and block = 1`,
    ["chain", "sealed_entries"],
  ],
  [
    "entries that a block no longer covers",
    "delete from ledger_block_members where member_key = 1 and block = 1",
    ["chain", "sealed_entries"],
  ],
  ["a block with another hash", `update ledger_blocks set hash = ${OTHER_HASH} where block = 2`, ["chain"]],
  ["a block of another time", "update ledger_blocks set sealed_at = sealed_at - interval '1 hour' where block = 2", ["chain"]],
  ["a block of another chain", `update ledger_blocks set previous = ${OTHER_HASH} where block = 2`, ["chain"]],
  ["a removed block", "delete from ledger_blocks where block = 2", ["chain", "chain_head"]],
  ["a last block that is gone", `delete from ledger_blocks where block = ${LAST_BLOCK}`, ["chain_head"]],
  [
    "a chain that was cut off neatly",
    `delete from ledger_block_members where block = ${LAST_BLOCK};
     delete from ledger_blocks where block = ${LAST_BLOCK};
     update ledger_chains set (block, hash, entries) = (select block, hash, (select sum(entries) from ledger_blocks) from ledger_blocks where block = ${LAST_BLOCK})`,
    ["chain_head"],
  ],
  ["a head that is no block's", `update ledger_chains set hash = ${OTHER_HASH}`, ["chain_head"]],
];
