import type pg from "pg";
import { dayStart, type EpochDay, localDay } from "../../core/period.ts";
import { inProgram } from "../../db/transaction.ts";
import type { Command, Engine } from "../../engine/commands.ts";
import { NothingDue } from "../../ledger/nothing-due.ts";
import { type NoticeSpan, noticeSpans } from "../../ledger/notice-span.ts";
import type { JobContext } from "../job.ts";
import { addSubmitted, NOTHING_SUBMITTED, type Submitted, submitAll } from "../submit-all.ts";

/** Rows of one page: enough to fill two batches, few beside the queue that requests share. */
const PAGE_SIZE = 256;

/** What members are told of ahead: the points of a wallet, the coupons of a definition. `Row` is one of them that will end. */
export type NoticeSubject<Row> = {
  /** How long ahead: periods of the program's file. */
  notices: readonly string[];
  /** Through which day each notice has been told. */
  toldTo(tx: pg.ClientBase): Promise<Map<string, EpochDay>>;
  setToldTo(tx: pg.ClientBase, notice: string, day: EpochDay): Promise<void>;
  /** Those that end at `from` or later and before `to`, from after `after` on. */
  page(tx: pg.ClientBase, asked: { from: Date; to: Date; after: Row | undefined; limit: number }): Promise<Row[]>;
  /** What tells the members of a page, once for each notice however often it is submitted. */
  commandsOf(page: readonly Row[], notice: string): Command[];
};

export type Told = { submitted: Submitted; daysLate: number };

type Deps = { pool: pg.Pool; engine: Engine };

/** Tells members by each notice of a subject, by local days. `daysLate` is how many days were to be made up for. */
export async function tellAhead<Row>(deps: Deps, context: JobContext, subject: NoticeSubject<Row>, timeZone: string): Promise<Told> {
  const today = localDay(context.now, timeZone);
  const toldTo = await inProgram(deps.pool, context.program.programId, (tx) => subject.toldTo(tx));
  let submitted = NOTHING_SUBMITTED;
  let daysLate = 0;
  for (const span of noticeSpans(subject.notices, today, toldTo)) {
    if (toldTo.has(span.notice)) daysLate = Math.max(daysLate, span.to - span.from);
    submitted = addSubmitted(submitted, await tellSpan(deps, context, subject, { ...span, timeZone }));
  }
  return { submitted, daysLate };
}

/** A span is done when all of its commands are: one that failed is tried again, and who was told already is passed over. */
async function tellSpan<Row>(
  { pool, engine }: Deps,
  { program, now, signal }: JobContext,
  subject: NoticeSubject<Row>,
  { notice, timeZone, ...days }: NoticeSpan & { timeZone: string },
): Promise<Submitted> {
  const { programId } = program;
  const from = dayStart(days.from, timeZone);
  const asked = { from: from < now ? now : from, to: dayStart(days.to + 1, timeZone), limit: PAGE_SIZE };
  let submitted = NOTHING_SUBMITTED;
  let after: Row | undefined;
  while (!signal.aborted) {
    const page = await inProgram(pool, programId, (tx) => subject.page(tx, { ...asked, after }));
    const commands = subject.commandsOf(page, notice);
    submitted = addSubmitted(submitted, await submitAll(engine, program, commands, (error) => error instanceof NothingDue));
    after = page.at(-1);
    if (page.length < PAGE_SIZE) {
      if (submitted.failed === 0) await inProgram(pool, programId, (tx) => subject.setToldTo(tx, notice, days.to));
      break;
    }
  }
  return submitted;
}
