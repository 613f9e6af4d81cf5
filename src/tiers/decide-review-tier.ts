import { isoText } from "../core/iso-text.ts";
import { dayStart, dayToDate, localDay } from "../core/period.ts";
import { settle } from "../ledger/settle.ts";
import { type Instant, NEVER } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { changeTier, knownTier } from "./change-tier.ts";
import type { ReviewTier, ReviewTierView } from "./commands.ts";
import { progressOf } from "./progress.ts";
import { judgeTier } from "./review.ts";
import { ReviewNotDue } from "./review-not-due.ts";
import type { ReviewExplanation } from "./review-state.ts";
import { definitionOf, scheduleReview } from "./schedule-review.ts";
import { windowSumsAt } from "./windows.ts";

/** Whether this review is still to be made: each is made once, however often and by however many processes it is submitted. */
function requireDue(draft: MemberDraft, { why }: ReviewTier, dueAt: Instant, program: CompiledProgram): void {
  const { review, tierSince, tier } = draft;
  const isDaily = review?.dueAt === NEVER;
  const isDue = {
    due: review?.dueAt === dueAt,
    // Whoever moved on this day, in a review or otherwise, is looked at again on the next one.
    daily: isDaily && tierSince < dueAt,
    schedule: review === null || (isDaily && definitionOf(program, tier)?.retention?.review !== "rolling"),
  }[why];
  if (!isDue) throw new ReviewNotDue();
}

/**
 * Looks whether a member keeps their tier: what its retention asks for as of the local day before `dueAt`, by the rule set in force.
 * Whoever has it stays until the next review; whoever lacks it gets the grace, and then moves as the retention says. A tier that
 * was given until `dueAt`, or that the ladder no longer has, gives way to the one that the member qualifies for.
 * Errors: ReviewNotDue, and nothing changes, when this review was made already.
 */
export function decideReviewTier(draft: MemberDraft, command: ReviewTier, context: DecideContext): ReviewTierView {
  const { program, now } = context;
  const dueAt = Date.parse(command.dueAt);
  requireDue(draft, command, dueAt, program);
  settle(draft, now, program.version);
  if (draft.status === "closed" || draft.status === "erased") draft.setReview(null);
  else if (command.why === "schedule") scheduleReview(draft, program, { reached: dueAt });
  else review(draft, dueAt, program);
  return { memberId: draft.id, tier: draft.tier };
}

function review(draft: MemberDraft, dueAt: Instant, program: CompiledProgram): void {
  const { definition, windows } = program;
  const day = localDay(new Date(dueAt - 1), definition.timeZone);
  const sums = windowSumsAt(draft, windows, day);
  const sumOf = (key: string) => sums[key] ?? 0;
  const before = draft.tier;
  const verdict = judgeTier(definition, {
    tier: knownTier(program, before),
    isToQualified: draft.review?.state === "granted" || knownTier(program, before) !== before,
    isGraceOver: draft.review?.state === "grace",
    sums: sumOf,
  });

  const { to, demand } = verdict;
  // A tier that has left the ladder counts as the first: to stay there is to come down.
  const outcome = verdict.outcome === "kept" && to !== before ? "downgraded" : verdict.outcome;
  const criteria = demand.criteria.map((criterion) => progressOf(criterion, sumOf));
  const explained = { asOf: dayToDate(day), requires: demand.requires, criteria };
  if (outcome === "grace") {
    const graceDays = definitionOf(program, before)?.retention?.graceDays ?? 0;
    const until = dayStart(localDay(new Date(dueAt), definition.timeZone) + graceDays, definition.timeZone).getTime();
    draft.setReview({ dueAt: until, state: "grace" });
    draft.announce("tier.will_downgrade", dueAt, { tier: before, to, until: isoText(until), ...missingOf(explained) });
    keepResult({ ...explained, until: isoText(until), nextReviewAt: isoText(until) });
    return;
  }
  if (to === before) scheduleReview(draft, program, { reviewed: dueAt });
  else
    changeTier(draft, program, to, {
      cause: knownTier(program, before) === before ? "review" : "ladder_change",
      sourceId: null,
      occurredAt: dueAt,
    });
  const next = draft.review?.dueAt ?? NEVER;
  keepResult({ ...explained, nextReviewAt: next === NEVER ? null : isoText(next) });

  function keepResult(explanation: ReviewExplanation): void {
    draft.rows.reviews.push({
      version: draft.version,
      dueAt,
      ruleSet: program.version,
      tier: before,
      outcome,
      to: draft.tier,
      explanation,
    });
  }
}

/** What is missing of what keeps the tier: of `any` one is enough. */
function missingOf({ requires, criteria }: Pick<ReviewExplanation, "requires" | "criteria">) {
  return { requires, missing: criteria.filter(({ missing }) => missing > 0) };
}
