import type pg from "pg";
import { canonicalHash } from "../core/canonical.ts";
import type { ProgramDefinition } from "./definition.ts";

/** Members whose tier another version drops, or reaches or keeps in another way. */
export type AffectedTier = { tier: string; change: "dropped" | "changed"; members: number; examples: string[] };

const EXAMPLES_MAX = 20;

/** An alias keeps the row of its account, with the tier that it had. */
const IS_NO_ALIAS = `a.member_key not in (select member_key from members where program_id = $1 and alias_of is not null)`;

/** Tiers of which a version changes who has them. Benefits are no matter of membership. */
export function changedTiers(before: ProgramDefinition, after: ProgramDefinition): Map<string, AffectedTier["change"]> {
  const is = new Map(after.tiers.map((tier) => [tier.id, tier]));
  const terms = ({ qualification, retention }: ProgramDefinition["tiers"][number]) => canonicalHash({ qualification, retention });
  const changed = new Map<string, AffectedTier["change"]>();
  for (const tier of before.tiers) {
    const now = is.get(tier.id);
    if (now === undefined) changed.set(tier.id, "dropped");
    else if (terms(tier) !== terms(now)) changed.set(tier.id, "changed");
  }
  return changed;
}

/** How many members each of these tiers has, with the ids of some. Looks at every account of the program. */
export async function countAffected(
  tx: pg.ClientBase,
  programId: number,
  tiers: ReadonlyMap<string, AffectedTier["change"]>,
): Promise<AffectedTier[]> {
  if (tiers.size === 0) return [];
  const { rows } = await tx.query<{ tier: string; members: number; examples: string[] }>(
    `select a.tier, count(*)::integer as members,
            array(select m.id from accounts x join members m on m.program_id = $1 and m.member_key = x.member_key and m.alias_of is null
                   where x.program_id = $1 and x.wallet = 1 and x.tier = a.tier order by x.member_key limit ${EXAMPLES_MAX}) as examples
       from accounts a where a.program_id = $1 and a.wallet = 1 and a.tier = any($2::text[]) and ${IS_NO_ALIAS}
      group by a.tier order by a.tier`,
    [programId, [...tiers.keys()]],
  );
  return rows.map((row) => ({ ...row, change: tiers.get(row.tier) ?? "changed" }));
}

/**
 * Makes a review of all members of these tiers due at `at`, at which the new version is in force; the job makes it. A grace that runs,
 * and a tier that was given until a date, stay as they are.
 */
export async function reviewAtOnce(tx: pg.ClientBase, programId: number, tiers: readonly string[], at: Date): Promise<void> {
  await tx.query(
    `insert into tier_reviews as r (program_id, member_key, tier, since_at, due_at, state)
     select $1, a.member_key, a.tier, a.tier_since, $3, 'kept'
       from accounts a where a.program_id = $1 and a.wallet = 1 and a.tier = any($2::text[]) and ${IS_NO_ALIAS}
      order by a.member_key
     on conflict (program_id, member_key) do update set due_at = least(r.due_at, excluded.due_at)
      where r.state = 'kept' and r.tier = any($2::text[])`,
    [programId, tiers, at],
  );
}
