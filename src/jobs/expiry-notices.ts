import type pg from "pg";
import { dayStart, dayToDate, localDay } from "../core/period.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import type { AnnounceExpiry } from "../ledger/commands.ts";
import { type ExpiringLot, pageOfExpiringLots, setToldTo, toldNotices } from "../ledger/expiry-notice-store.ts";
import { NothingDue } from "../ledger/nothing-due.ts";
import { type NoticeSpan, noticeSpans } from "../ledger/notice-span.ts";
import type { ProgramRegistry } from "../programs/registry.ts";
import type { Job, JobContext } from "./job.ts";
import { addSubmitted, NOTHING_SUBMITTED, type Submitted, submitAll, throwFailure } from "./submit-all.ts";

type Deps = { pool: pg.Pool; engine: Engine; registry: Pick<ProgramRegistry, "current" | "walletNumbers"> };

/** Lots of one page: enough to fill two batches, few beside the queue that requests share. */
const PAGE_SIZE = 256;

/** Tells members of points that will expire, so long ahead as their wallet says: once for member, wallet, local day and notice. */
export function expiryNoticesJob(deps: Deps): Job {
  return {
    name: "expiry-notices",
    async run(context) {
      const { programId } = context.program;
      const { definition } = await deps.registry.current(programId);
      const { byId } = await deps.registry.walletNumbers(programId);
      const today = localDay(context.now, definition.timeZone);
      let submitted = NOTHING_SUBMITTED;
      let daysLate = 0;
      for (const { id, expiryNotices = [] } of definition.wallets) {
        const number = byId.get(id);
        if (expiryNotices.length === 0 || number === undefined) continue;
        const toldTo = await inProgram(deps.pool, programId, (tx) => toldNotices(tx, programId, number));
        for (const span of noticeSpans(expiryNotices, today, toldTo)) {
          if (toldTo.has(span.notice)) daysLate = Math.max(daysLate, span.to - span.from);
          const told = await tell(deps, context, { ...span, wallet: { id, number }, timeZone: definition.timeZone });
          submitted = addSubmitted(submitted, told);
        }
      }
      throwFailure(submitted);
      const lagSeconds = (context.now.getTime() - dayStart(today - daysLate, definition.timeZone).getTime()) / 1000;
      return { done: submitted.done, lagSeconds: submitted.done === 0 ? 0 : lagSeconds };
    },
  };
}

type Telling = NoticeSpan & { wallet: { id: string; number: number }; timeZone: string };

/** A span is done when all of its commands are: one that failed is tried again, and who was told already is passed over. */
async function tell({ pool, engine }: Deps, { program, now, signal }: JobContext, telling: Telling): Promise<Submitted> {
  const { programId } = program;
  const { wallet, notice, timeZone } = telling;
  const from = dayStart(telling.from, timeZone);
  const asked = { wallet: wallet.number, from: from < now ? now : from, to: dayStart(telling.to + 1, timeZone), limit: PAGE_SIZE };
  let submitted = NOTHING_SUBMITTED;
  let after: ExpiringLot | undefined;
  while (!signal.aborted) {
    const page = await inProgram(pool, programId, (tx) => pageOfExpiringLots(tx, programId, { ...asked, after }));
    submitted = addSubmitted(
      submitted,
      await submitAll(engine, program, commandsOf(page, telling), (error) => error instanceof NothingDue),
    );
    after = page.at(-1);
    if (page.length < PAGE_SIZE) {
      const day = telling.to;
      if (submitted.failed === 0)
        await inProgram(pool, programId, (tx) => setToldTo(tx, programId, { wallet: wallet.number, notice, day }));
      break;
    }
  }
  return submitted;
}

/** One for each member and day of the page. */
function commandsOf(page: readonly ExpiringLot[], { wallet, notice, timeZone }: Telling): AnnounceExpiry[] {
  const commands = new Map<string, AnnounceExpiry>();
  for (const { memberId, expiresAt } of page) {
    const expiresOn = dayToDate(localDay(expiresAt, timeZone));
    commands.set(`${memberId} ${expiresOn}`, { kind: "announce_expiry", memberId, wallet: wallet.id, expiresOn, notice });
  }
  return [...commands.values()];
}
