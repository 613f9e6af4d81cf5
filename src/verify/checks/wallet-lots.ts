import { inRange, type MemberCheck } from "./member-check.ts";

/** What is left of a wallet's lots is what the wallet has: pending lots its pending points, the others what is free and what is held. */
export const walletLots: MemberCheck = {
  name: "wallet_lots",
  sql: `
    with left_over as (
      select member_key, wallet, coalesce(sum(remaining) filter (where is_pending), 0) as pending,
             coalesce(sum(remaining - held) filter (where not is_pending), 0) as available, sum(held) as held
        from lots where ${inRange("lots")} group by member_key, wallet
    ), stored as (
      select member_key, wallet, pending, available, held from accounts where ${inRange("accounts")}
    )
    select member_key, wallet, part.subject, part.expected, part.actual
      from stored full join left_over using (member_key, wallet)
     cross join lateral (values
       ('pending', coalesce(left_over.pending, 0), coalesce(stored.pending, 0)),
       ('available', coalesce(left_over.available, 0), coalesce(stored.available, 0)),
       ('held', coalesce(left_over.held, 0), coalesce(stored.held, 0))) as part (subject, expected, actual)
     where part.expected <> part.actual`,
};
