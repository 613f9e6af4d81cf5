import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import type { CounterUse } from "../members/counter-book.ts";
import { inRange } from "./checks/member-check.ts";
import type { CounterSums } from "./counter-sums.ts";
import type { MemberRange } from "./member-ranges.ts";

/** Adds up what the redemptions of a range of members use of stock and limits: those that are neither cancelled nor expired. */
export async function addRedemptionUses(
  client: pg.ClientBase,
  { programId, counters }: { programId: number; counters: CounterSums },
  { from, to }: MemberRange,
): Promise<void> {
  const { rows } = await client.query<{ memberKey: string; member: string; uses: CounterUse[]; isLive: boolean }>({
    name: "verify_redemption_uses",
    text: `select redemptions.member_key::text as "memberKey", coalesce(members.id, '#' || redemptions.member_key) as member, redemptions.uses,
                  redemptions.status in ('issued', 'fulfilled') as "isLive"
             from redemptions ${lookUpIfAny("members", "members", "member_key = redemptions.member_key")}
            where ${inRange("redemptions")} and json_array_length(redemptions.uses) > 0`,
    values: [programId, from, to],
  });
  for (const { isLive, ...used } of rows) counters.add({ ...used, kept: used.uses.map(({ amount }) => (isLive ? amount : 0)) });
}
