import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { enterProgram } from "../db/transaction.ts";
import { addMemberDays } from "./added-days.ts";
import { addTransfers } from "./added-transfers.ts";
import { addAdjustments } from "./adjusted-counters.ts";
import { MEMBER_CHECKS } from "./checks/index.ts";
import { CounterSums } from "./counter-sums.ts";
import type { Difference, Verification, VerifiedCounts } from "./difference.ts";
import { type MemberRange, memberRanges } from "./member-ranges.ts";
import type { Report } from "./reporter.ts";
import { runMemberCheck } from "./run-member-check.ts";
import { addRedemptionUses } from "./verified-redemptions.ts";
import { verifyAudit } from "./verify-audit.ts";
import { verifyBulkGrants } from "./verify-bulk-grants.ts";
import { type ExportedHead, verifyChain } from "./verify-chain.ts";
import { verifyClearing } from "./verify-clearing.ts";
import { verifyCodes } from "./verify-codes.ts";
import { verifyCouponBatches } from "./verify-coupon-batches.ts";
import { verifyDirectory } from "./verify-directory.ts";
import { verifyFeed } from "./verify-feed.ts";
import { verifyOrdersAndEvents } from "./verify-orders.ts";
import { verifyWebhooks } from "./verify-webhooks.ts";

export type VerifyOptions = {
  /** Called for each difference as it is found; of one kind at most a thousand a step, the rest is only counted. */
  onDifference: (difference: Difference) => void;
  /** Called after each step. */
  onProgress?: ((counts: VerifiedCounts) => void) | undefined;
  /** Members of one step: bounds the memory. */
  membersPerStep?: number | undefined;
  /** The hash chain is computed too, and whether a head that was exported once is part of it. */
  chain?: { head?: ExportedHead | undefined } | undefined;
};

const MEMBERS_PER_STEP = 500;

/**
 * Recomputes every balance, lot, order, event, tier window and counter of a program from the rows that prove them. Reads one snapshot in
 * a transaction of its own and changes nothing; the connection may be the owner's or the serving role's.
 * Errors: program_not_found when the program has no rule set.
 */
export async function verifyProgram(client: pg.ClientBase, programId: number, options: VerifyOptions): Promise<Verification> {
  const startedAt = performance.now();
  let differenceCount = 0;
  const report: Report = {
    show: (difference) => {
      differenceCount += 1;
      options.onDifference(difference);
    },
    count: (more) => {
      differenceCount += more;
    },
  };
  await client.query("begin isolation level repeatable read, read only");
  try {
    await client.query(enterProgram(client, programId));
    const counts = await verifySnapshot(client, programId, report, options);
    const chain = options.chain && { chain: await verifyChain({ client, programId, report }, options.chain.head) };
    return { ...counts, ...chain, differenceCount, milliseconds: Math.round(performance.now() - startedAt) };
  } finally {
    // Nothing was written; a connection that broke in between cannot roll back and must not hide the first error.
    await client.query("rollback").catch(() => undefined);
  }
}

async function verifySnapshot(client: pg.ClientBase, programId: number, report: Report, options: VerifyOptions): Promise<VerifiedCounts> {
  const program = { programId, timeZone: await timeZoneOf(client, programId), counters: new CounterSums() };
  const counts: VerifiedCounts = { members: 0, entries: 0, lots: 0, orders: 0, events: 0 };
  for await (const range of memberRanges(client, programId, options.membersPerStep ?? MEMBERS_PER_STEP)) {
    const { orders, events } = await verifyMembers(client, program, range, report);
    counts.orders += orders;
    counts.events += events;
    const sums = await sumsOf(client, programId, range);
    counts.members += range.members;
    counts.entries += sums.entries;
    counts.lots += sums.lots;
    options.onProgress?.({ ...counts });
  }
  await verifyClearing(client, programId, report);
  await program.counters.verifyProgram(client, programId, report);
  await verifyCodes(client, programId, report);
  await verifyCouponBatches(client, programId, report);
  await verifyDirectory(client, programId, report);
  await verifyBulkGrants(client, programId, report);
  await verifyFeed(client, programId, report);
  await verifyWebhooks(client, programId, report);
  await verifyAudit(client, programId, report);
  return counts;
}

export type VerifiedProgram = { programId: number; timeZone: string; counters: CounterSums };

/** Everything that can be said of a range of members alone. Answers how many orders and events they have. */
export async function verifyMembers(
  client: pg.ClientBase,
  program: VerifiedProgram,
  range: MemberRange,
  report: Report,
): Promise<{ orders: number; events: number }> {
  const { programId, counters } = program;
  for (const check of MEMBER_CHECKS) await runMemberCheck(client, programId, check, range, report);
  const counts = await verifyOrdersAndEvents(client, program, range, report);
  await addTransfers(client, program, range);
  await addMemberDays(client, program, range);
  await addAdjustments(client, program, range);
  await addRedemptionUses(client, program, range);
  await counters.verifyMembers(client, programId, range, report);
  return counts;
}

/** The same in every version. */
async function timeZoneOf(client: pg.ClientBase, programId: number): Promise<string> {
  const { rows } = await client.query<{ zone: string }>(
    `select rule_sets.definition ->> 'timeZone' as zone
       from rule_sets
      where program_id = $1
        and not exists (select from rule_set_cancellations c where c.program_id = rule_sets.program_id and c.version = rule_sets.version)
      order by version desc limit 1`,
    [programId],
  );
  const [row] = rows;
  if (row === undefined) throw new LoyaltyError("program_not_found");
  return row.zone;
}

type Sums = { entries: number; lots: number };

async function sumsOf(client: pg.ClientBase, programId: number, { from, to }: MemberRange): Promise<Sums> {
  const { rows } = await client.query<Sums>({
    name: "verify_sums",
    text: `select count(*)::integer as entries,
                  (select count(*)::integer from lots where program_id = $1 and member_key between $2 and $3) as lots
             from entries where program_id = $1 and member_key between $2 and $3`,
    values: [programId, from, to],
  });
  return rows[0] ?? { entries: 0, lots: 0 };
}
