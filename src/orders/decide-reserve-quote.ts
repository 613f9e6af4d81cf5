import { occurredAtOf } from "../core/occurred-at.ts";
import { settle } from "../ledger/settle.ts";
import { enrol, requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { counterId } from "../rules/limits/counter.ts";
import type { ReleaseReservation, ReservationView, ReserveQuote } from "./commands.ts";
import { type QuotedTerms, quotedDecision } from "./decide-cart.ts";

/**
 * Holds what a quote counts of the program's budgets, stocks and codes for its member until it ends, instead of what an earlier quote
 * of the member's held.
 * Errors: member_not_found, member_not_active, occurred_in_future;
 *         quote_mismatch, quote_unavailable when what was quoted no longer comes out; nothing changes.
 */
export function decideReserveQuote(
  draft: MemberDraft,
  { cart }: ReserveQuote,
  context: DecideContext,
  terms: QuotedTerms,
): ReservationView {
  const { program, now } = context;
  const occurredAt = occurredAtOf(cart.occurredAt, now);
  if (draft.status === "placeholder" && program.definition.autoEnroll) enrol(draft, program, occurredAt);
  requireActive(draft);
  settle(draft, now, program.version);

  const { uses = [] } = quotedDecision(draft, cart, context, terms);
  const shared = uses.filter((use) => use.for === "program");
  const { quoteId, expiresAt } = terms;
  const held = new Map(shared.map(({ key, period, amount }) => [counterId({ key, period }), { key, period, amount }]));
  draft.counters.reserve(held.size === 0 ? null : { quoteId, expiresAt, uses: held });
  return { memberId: draft.id, isReserved: held.size > 0 };
}

/** Gives free what a quote of the member's holds, if any does. Errors: member_not_found. */
export function decideReleaseReservation(draft: MemberDraft, _command: ReleaseReservation): ReservationView {
  const isReserved = draft.counters.reservation !== null;
  draft.counters.reserve(null);
  return { memberId: draft.id, isReserved };
}
