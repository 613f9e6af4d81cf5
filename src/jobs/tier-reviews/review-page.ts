import type pg from "pg";
import type { Engine, ProgramContext } from "../../engine/commands.ts";
import type { ProgramRegistry } from "../../programs/registry.ts";
import type { ReviewTier } from "../../tiers/commands.ts";
import { ReviewNotDue } from "../../tiers/review-not-due.ts";
import { type Submitted, submitAll } from "../submit-all.ts";

export type ReviewDeps = { pool: pg.Pool; engine: Engine; registry: Pick<ProgramRegistry, "current"> };

/** Members of one page: enough to fill two batches, few beside the queue that requests share. */
export const PAGE_SIZE = 256;

export type PagedReview = { memberId: string; dueAt: Date };

/** Submits the reviews of one page. One that another process has made already is passed over. */
export function reviewPage(
  { engine }: ReviewDeps,
  program: ProgramContext,
  reviews: readonly PagedReview[],
  why: ReviewTier["why"],
): Promise<Submitted> {
  const commands = reviews.map(({ memberId, dueAt }): ReviewTier => ({ kind: "review_tier", memberId, dueAt: dueAt.toISOString(), why }));
  return submitAll(engine, program, commands, (error) => error instanceof ReviewNotDue);
}
