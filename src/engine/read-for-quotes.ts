import type pg from "pg";
import { BEGIN_SNAPSHOT, endReading, enterHotPath } from "../db/transaction.ts";
import { coalesceReads, type LoadBatch } from "../event-loop/coalesce-reads.ts";
import type { CounterStates } from "../members/counter-book.ts";
import { type MemberState, unknownMember } from "../members/member-state.ts";
import { OtherMembers } from "../members/other-members.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { ProgramTime } from "../programs/program-time.ts";
import { isConnectionLost } from "./database-errors.ts";
import { loadMembers } from "./load.ts";
import { loadCounters } from "./load-counters.ts";
import { loadCoupons } from "./load-coupons.ts";
import { type BatchPlan, type Job, planBatch } from "./plan.ts";
import type { RuleSets } from "./transact.ts";

/** A member as placing the order would find them, with the others of their household where the cart draws on it, and the rules and the time of that look. */
export type FoundMember = { program: CompiledProgram; now: Date; state: MemberState; counters: CounterStates; others: OtherMembers };

export type ReadForQuotesDeps = {
  pool: pg.Pool;
  ruleSets: RuleSets;
  time: Pick<ProgramTime, "within" | "clock">;
  limits: { batchMax: number; waitingMax: number };
};

/**
 * Reads what placing an order would load, without a lock: carts that come while others are being read share a transaction.
 * Errors: overloaded when too many wait.
 */
export function readForQuotes({ pool, ruleSets, time, limits }: ReadForQuotesDeps): (programId: number, job: Job) => Promise<FoundMember> {
  const loadNow: LoadBatch<FoundMember, Job> = async (programId, jobs) => {
    const program = await ruleSets.current(programId);
    const now = time.clock();
    const plan = planBatch(jobs, program, now.toISOString());
    const { members, counters } = await readPlanned(pool, programId, plan, { program, now });
    const found = (id: string): MemberState => members.get(id) ?? unknownMember(0, id);
    return new Map(
      jobs.map((job) => {
        const others = new Map(job.others.flatMap((id) => (members.has(id) ? [[id, found(id)] as const] : [])));
        return [job, { program, now, state: found(job.memberId), counters, others: new OtherMembers(others) }] as const;
      }),
    );
  };

  /** What one cart fails with, no other one does. */
  const load: LoadBatch<FoundMember, Job> = async (programId, jobs) => {
    try {
      return await time.within(programId, () => loadNow(programId, jobs));
    } catch (error) {
      if (jobs.length === 1 || isConnectionLost(error)) throw error;
      const half = jobs.length >> 1;
      const halves = [jobs.slice(0, half), jobs.slice(half)];
      const read = await Promise.all(
        halves.map((own) => load(programId, own).catch((reason: Error) => new Map(own.map((job) => [job, reason])))),
      );
      return new Map(read.flatMap((answers) => [...answers]));
    }
  };

  return coalesceReads(load, { inFlightMax: pool.options.max, ...limits });
}

type Standing = { members: ReadonlyMap<string, MemberState>; counters: CounterStates };

/** The members of a plan, those that nobody knows too, as of one snapshot. */
async function readPlanned(
  pool: pg.Pool,
  programId: number,
  plan: BatchPlan,
  { program, now }: { program: CompiledProgram; now: Date },
): Promise<Standing> {
  const options = { now: now.getTime(), lock: false };
  const client = await pool.connect();
  try {
    const [, , members] = await Promise.all([
      client.query(BEGIN_SNAPSHOT),
      client.query(enterHotPath(client, programId)),
      loadMembers(client, programId, plan, program, options),
    ]);
    for (const { memberId } of plan.jobs) if (!members.has(memberId)) members.set(memberId, unknownMember(0, memberId));
    const asked = { jobs: plan.jobs, members, program };
    await loadCoupons(client, programId, asked);
    return { members, counters: await loadCounters(client, programId, asked, options) };
  } finally {
    endReading(client);
  }
}
