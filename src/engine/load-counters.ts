import type pg from "pg";
import { countersOf as countersOfCode } from "../coupons/coupon-code.ts";
import type { Instant } from "../ledger/state.ts";
import type { CounterStates } from "../members/counter-book.ts";
import type { MemberState } from "../members/member-state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { CountedEvent } from "../rules/limits/candidates.ts";
import { type Counter, counterId } from "../rules/limits/counter.ts";
import { eventTypeOfDay } from "../rules/trigger.ts";
import type { Command } from "./commands.ts";
import { type CounterRow, lockProgramCounters, type MemberCounter, PROGRAM_KEY, selectCounters } from "./load/counters.ts";
import { type HeldRow, type ReservationRow, selectHeld, selectReservations, toReservations } from "./load/reservations.ts";
import type { PlannedJob } from "./plan.ts";

/** The counters that a command may ask or change: its own, of the rules that decide it, and of the order or the redemption that it is about. */
function countersOf({ command, requirements, quote }: PlannedJob, state: MemberState, program: CompiledProgram): readonly Counter[] {
  const { decidesAt, orderId, redemptionId, counters } = requirements;
  const decided = orderId === null ? [] : (state.orders.get(orderId)?.decision.uses ?? []);
  const redeemed = redemptionId === null ? [] : (state.redemptions.get(redemptionId)?.uses ?? []);
  const ofCodes = "cart" in command ? [...state.codes.values()].flatMap(countersOfCode) : [];
  const own = [...counters, ...decided, ...redeemed, ...ofCodes];
  if (decidesAt === null) return own;
  const asked = (quote?.terms.program ?? program).countersAt(new Date(quote?.terms.clock ?? decidesAt), countedEventOf(command));
  return own.length === 0 ? asked : [...asked, ...own];
}

function countedEventOf(command: Command): CountedEvent | undefined {
  if (command.kind === "record_day") return { type: eventTypeOfDay(command.day), data: {} };
  return command.kind === "record_event" ? command : undefined;
}

/**
 * Loads the counters of a batch into its members, and answers those of the program. No statement where nothing is counted.
 * With `lock` the program's counters are locked until the transaction ends, without it (quotes, dry runs) only read.
 */
export async function loadCounters(
  client: pg.ClientBase,
  programId: number,
  { jobs, members, program }: { jobs: readonly PlannedJob[]; members: ReadonlyMap<string, MemberState>; program: CompiledProgram },
  { now, lock }: { now: Instant; lock: boolean },
): Promise<CounterStates> {
  const ofProgram: CounterStates = new Map();
  const ofMembers: MemberCounter[] = [];
  for (const job of jobs) {
    const state = members.get(job.memberId);
    if (state === undefined) continue;
    for (const counter of countersOf(job, state, program)) {
      const states = counter.for === "program" ? ofProgram : state.counters;
      if (states.has(counterId(counter))) continue;
      states.set(counterId(counter), { key: counter.key, period: counter.period, used: 0, reserved: 0 });
      if (counter.for === "member") ofMembers.push({ ...counter, memberKey: state.key });
    }
  }

  const shared = [...ofProgram.values()].map(({ key, period }): Counter => ({ for: "program", key, period }));
  const asked = lock ? ofMembers : [...ofMembers, ...shared.map((counter) => ({ ...counter, memberKey: PROGRAM_KEY }))];
  const rowsOf = async <Row extends pg.QueryResultRow>(query: pg.QueryConfig, isNeeded: boolean) =>
    isNeeded ? (await client.query<Row>(query)).rows : [];
  const isHeld = shared.length > 0;
  const holders = isHeld || jobs.some(({ requirements }) => requirements.reservation) ? [...members.values()] : [];
  // What quotes hold is looked at after the lock, so that what its last owner held is seen.
  const [read, locked, held, reservations] = await Promise.all([
    rowsOf<CounterRow>(selectCounters(programId, asked), asked.length > 0),
    rowsOf<CounterRow>(lockProgramCounters(shared), lock && isHeld),
    rowsOf<HeldRow>(selectHeld(programId, shared, now), isHeld),
    rowsOf<ReservationRow>(
      selectReservations(
        programId,
        holders.map(({ key }) => key),
        now,
      ),
      holders.length > 0,
    ),
  ]);

  const byKey = new Map([...members.values()].map((state) => [state.key, state.counters]));
  for (const { member_key: key, ...row } of [...read, ...locked]) {
    const states = key === PROGRAM_KEY ? ofProgram : byKey.get(key);
    states?.set(counterId(row), { ...row, reserved: 0 });
  }
  for (const row of held) {
    const state = ofProgram.get(counterId(row));
    if (state !== undefined) state.reserved = row.held;
  }
  const reserved = toReservations(reservations);
  for (const state of holders) state.reservation = reserved.get(state.key) ?? null;
  return ofProgram;
}
