import { adjustmentCounter, requireWithinLimits } from "../adjustments/limits.ts";
import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireNotClosed } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import type { ReversalView, ReverseEntry } from "./commands.ts";
import { requireReversible } from "./not-reversible.ts";
import { reversalId } from "./reversal-id.ts";
import { undoEntry } from "./undo-entry.ts";

export const alreadyReversed = ({ seq, occurredAt, reason, actor }: ReversalView): LoyaltyError =>
  new LoyaltyError("entry_already_reversed", { seq, occurredAt, reason, actor });

/**
 * Undoes one movement of the ledger by hand, once: a bought upgrade, a captured hold, an adjustment, points of an event or of an
 * opening balance. Points go back to the lots they came from, or are taken back from the lot they went into. What is part of an order,
 * a redemption or a transfer is undone by what undoes that. Limits of adjustments hold.
 * An id that a merge has made an alias has no entries of its own.
 * Units:  whole points.
 * Errors: member_not_found, member_not_active (closed or erased), entry_not_found, entry_not_reversible, adjustment_limit_exceeded,
 *         insufficient_points; nothing changes.
 */
export function decideReverseEntry(draft: MemberDraft, command: ReverseEntry, context: DecideContext): ReversalView {
  const { program, now } = context;
  const { alias, seq, shortfall, reason, keyId, actor = keyId } = command;
  // Its numbers are those of the member it stands for: whoever means one of them reads it there, and names that member.
  if (alias !== undefined) throw new LoyaltyError("entry_not_found", { seq, memberId: draft.id });
  requireNotClosed(draft);
  settle(draft, now, program.version);
  const entry = draft.entries.get(seq);
  if (entry === undefined) throw new LoyaltyError("entry_not_found", { seq });
  requireReversible(entry);
  const wallet = walletsOf(context).find(({ number }) => number === entry.wallet);
  assert(wallet, "a wallet with points stays in the program");

  const id = reversalId(command);
  const undone = undoEntry(draft, { entry, wallet, shortfall, source: { kind: "reversal", id } }, context);
  if (undone.points === 0) throw new LoyaltyError("entry_not_reversible", { kind: entry.kind, source: entry.source.kind, left: 0 });
  const amount = Math.abs(undone.points);
  const counter = adjustmentCounter(keyId, now, program.definition.timeZone);
  requireWithinLimits(program.definition, { points: amount, counter, counters: draft.counters });
  draft.counters.take([{ ...counter, amount }]);
  draft.announce("entry.reversed", now, { seq, wallet: wallet.definition.id, ...undone, reason, actor });
  const answer: ReversalView = {
    memberId: draft.id,
    seq,
    wallet: wallet.definition.id,
    ...undone,
    reason,
    actor,
    keyId,
    occurredAt: isoText(now),
    balance: balanceSummary(draft, context),
  };
  draft.rows.commands.push({ kind: REQUEST_KINDS.reversal, id, answer });
  return answer;
}
