import { LoyaltyError, refuseField } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { spendFromLots } from "../ledger/lots.ts";
import { type Move, movePoints } from "../ledger/move.ts";
import { post } from "../ledger/post.ts";
import { settle } from "../ledger/settle.ts";
import { requirePoints, requireSpendable } from "../ledger/spendable.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { OtherMembers } from "../members/other-members.ts";
import { type DecideContext, type NumberedWallet, walletsOf } from "../programs/decide-context.ts";
import type { TransferDefinition } from "../programs/transfer-definition.ts";
import { knownTier } from "../tiers/change-tier.ts";
import type { TransferPoints, TransferView } from "./commands.ts";
import { TRANSFER_PERIODS, type TransferPeriod, transferCounter, transferWallet } from "./limits.ts";
import { requireTerms, transferFee } from "./terms.ts";

/** Errors: request_invalid, wallet_not_spendable, transfer_not_allowed. */
function walletOf(wallet: string | undefined, context: DecideContext): NumberedWallet & { terms: TransferDefinition } {
  const { definition } = context.program;
  const id = transferWallet(definition, wallet)?.id;
  const numbered = walletsOf(context).find((each) => each.definition.id === id);
  if (numbered === undefined) throw refuseField("request_invalid", "/wallet", `the program has no wallet ${wallet}`, {});
  requireSpendable(numbered);
  const { transfers: terms } = numbered.definition;
  if (terms === undefined) throw new LoyaltyError("transfer_not_allowed", { wallet: numbered.definition.id, reason: "not_offered" });
  return { ...numbered, terms };
}

function takeFee(draft: MemberDraft, { wallet, points, occurredAt, source, ruleSet }: Move): void {
  if (points === 0) return;
  const uses = spendFromLots(draft, wallet, points);
  post(draft, { wallet, kind: "transfer_fee", from: "available", to: "fees", points, occurredAt, source, ruleSet, uses });
}

/**
 * Gives points of one member to another on the terms of their wallet. What the giver has accrued in total stays theirs, and so do
 * the tiers of both. Pending and held points stay.
 * Errors:  member_not_found, member_not_active (of either); request_invalid (no such wallet, or giver and receiver are one);
 *          wallet_not_spendable; transfer_not_allowed with its reason; insufficient_points; nothing changes.
 */
export function decideTransferPoints(
  draft: MemberDraft,
  others: OtherMembers,
  command: TransferPoints,
  context: DecideContext,
): TransferView {
  const { program, now } = context;
  const { points } = command;
  if (command.to === draft.id) throw refuseField("request_invalid", "/to", "a member gives no points to themselves");
  requireActive(draft);
  const to = others.draftOf(command.to);
  requireActive(to);
  settle(draft, now, program.version);
  settle(to, now, program.version);

  const { terms, ...wallet } = walletOf(command.wallet, context);
  const { id } = wallet.definition;
  const fee = transferFee(terms, points);
  const counterOf = (per: TransferPeriod) => transferCounter(per, id, new Date(now), program.definition.timeZone);
  requireTerms(program.definition, id, terms, {
    points,
    fee,
    tier: knownTier(program, draft.tier),
    sent: { day: draft.counters.used(counterOf("day")), month: draft.counters.used(counterOf("month")) },
  });
  requirePoints(draft, wallet, points);

  const source = { kind: "transfer", id: command.transferId } as const;
  const move = { wallet: wallet.number, occurredAt: now, source, ruleSet: program.version };
  movePoints(draft, to, { ...move, points: points - fee });
  takeFee(draft, { ...move, points: fee });
  draft.counters.take(TRANSFER_PERIODS.map((per) => ({ ...counterOf(per), amount: points })));
  draft.announce("points.transferred_out", now, { transferId: command.transferId, to: to.id, wallet: id, points, fee });
  to.announce("points.transferred_in", now, { transferId: command.transferId, from: draft.id, wallet: id, points: points - fee });

  const answer: TransferView = {
    id: command.transferId,
    from: draft.id,
    to: to.id,
    wallet: id,
    points,
    fee,
    arrived: points - fee,
    note: command.note ?? null,
    transferredAt: isoText(now),
    balance: balanceSummary(draft, context),
  };
  draft.rows.commands.push({ kind: REQUEST_KINDS.transfer, id: command.transferId, answer });
  return answer;
}
