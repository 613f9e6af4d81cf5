import type pg from "pg";
import type { GrantInBulk } from "../bulk-grants/commands.ts";
import { PassedOver } from "../bulk-grants/passed-over.ts";
import { advanceBulkGrant, type RunningGrant, runningBulkGrants } from "../bulk-grants/progress-store.ts";
import { pageOfRecipients, type Recipient, type RecipientPage } from "../bulk-grants/recipients-store.ts";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine, ProgramContext } from "../engine/commands.ts";
import type { Job, JobContext } from "./job.ts";

type Deps = { pool: pg.Pool; engine: Pick<Engine, "submit">; pageSize?: number };

/** Members of one page: enough to fill two batches, few beside the queue that requests share. */
const PAGE_SIZE = 256;
/** Pages with recipients in one run: then the other jobs have their turn. */
const PAGES_MAX = 400;

/** Gives what bulk grants give, the oldest grant first, member by member in their order. */
export function bulkGrantsJob({ pageSize = PAGE_SIZE, ...deps }: Deps): Job {
  return {
    name: "bulk-grants",
    async run(context) {
      const { programId } = context.program;
      const running = await inProgram(deps.pool, programId, (tx) => runningBulkGrants(tx, programId));
      let done = 0;
      let pagesLeft = PAGES_MAX;
      for (const grant of running) {
        const given = await give({ ...deps, pageSize }, context, grant, pagesLeft);
        done += given.done;
        pagesLeft -= given.pages;
      }
      const [oldest] = running;
      return { done, lagSeconds: oldest === undefined ? 0 : (context.now.getTime() - oldest.created_at.getTime()) / 1000 };
    },
  };
}

/**
 * Goes on with a grant from the member after whom it was left. What became of a page is kept when all of its commands are answered: a
 * page that was broken off is done again, and who got something is passed over.
 */
async function give(
  deps: Required<Deps>,
  { program, now, signal }: JobContext,
  { grant_id: grantId, recipients: to, cursor_key }: RunningGrant,
  pagesMax: number,
): Promise<{ done: number; pages: number }> {
  const { pool, engine, pageSize } = deps;
  const { programId } = program;
  let from = cursor_key;
  let done = 0;
  let pages = 0;
  while (pages < pagesMax && !signal.aborted) {
    const page = await nextPage(pool, programId, { to, after: from, limit: pageSize }, signal);
    if (page === null) break;
    const given = await submitPage(engine, program, grantId, page.recipients);
    const { through } = page;
    const progress = { grantId, from, through, refused: given.refused, at: now };
    const isMine = await inProgram(pool, programId, (tx) => advanceBulkGrant(tx, programId, progress));
    done += given.done;
    pages += 1;
    if (!isMine || through === null) break;
    from = through;
  }
  return { done, pages };
}

/** The next page on which somebody stands, or the last one; null where the service stops first. */
async function nextPage(
  pool: pg.Pool,
  programId: number,
  { to, after, limit }: { to: RunningGrant["recipients"]; after: number; limit: number },
  signal: AbortSignal,
): Promise<RecipientPage | null> {
  let from = after;
  while (!signal.aborted) {
    const asked = { after: from, limit };
    const page = await inProgram(pool, programId, (tx) => pageOfRecipients(tx, programId, to, asked));
    if (page.recipients.length > 0 || page.through === null) return page;
    from = page.through;
  }
  return null;
}

type Given = { done: number; refused: { memberKey: number; code: string }[] };

/**
 * Gives to the members of a page together: they share batches. A refusal is the member's own and is kept; what is the service's own,
 * such as a full queue, fails the page, which is then done again.
 */
async function submitPage(
  engine: Deps["engine"],
  program: ProgramContext,
  grantId: string,
  recipients: readonly Recipient[],
): Promise<Given> {
  const commands = recipients.map(({ id: memberId }): GrantInBulk => ({ kind: "grant_in_bulk", memberId, grantId }));
  const settled = await Promise.allSettled(commands.map((command) => engine.submit(program, command)));
  const given: Given = { done: 0, refused: [] };
  const failures: unknown[] = [];
  for (const [index, { memberKey }] of recipients.entries()) {
    const outcome = settled[index];
    if (outcome?.status !== "rejected") given.done += 1;
    else if (outcome.reason instanceof LoyaltyError && outcome.reason.status < 500) {
      given.refused.push({ memberKey, code: outcome.reason.code });
    } else if (!(outcome.reason instanceof PassedOver)) failures.push(outcome.reason);
  }
  if (failures.length > 0) throw new Error(`${failures.length} members could not be given to`, { cause: failures[0] });
  return given;
}
