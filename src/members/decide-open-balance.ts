import { refuseField } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { localDay } from "../core/period.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { grantLot } from "../ledger/grant.ts";
import { settle } from "../ledger/settle.ts";
import { type Instant, NEVER } from "../ledger/state.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { walletNamed } from "../programs/wallet-named.ts";
import { changeTier } from "../tiers/change-tier.ts";
import { recordOrders } from "../tiers/order-months.ts";
import { recordActivity, rollWindows } from "../tiers/windows.ts";
import type { OpenBalance, OpeningLot, OpeningView } from "./commands.ts";
import { enrol, requireActive } from "./enrol.ts";
import type { MemberDraft } from "./member-draft.ts";

function grantOpeningLot(draft: MemberDraft, lot: OpeningLot & { number: number }, command: OpenBalance, context: DecideContext): void {
  const at = (text: string | undefined, otherwise: Instant) => (text === undefined ? otherwise : Date.parse(text));
  const occurredAt = at(lot.earnedAt, Date.parse(command.occurredAt));
  const grant = {
    wallet: lot.number,
    points: lot.points,
    kind: "opening",
    occurredAt,
    availableAt: at(lot.availableAt, occurredAt),
    expiresAt: at(lot.expiresAt, NEVER),
    source: { kind: "opening", id: command.openingId },
    ruleSet: context.program.version,
  } as const;
  grantLot(draft, grant, context.now);
}

/**
 * Brings a member over from a former system: lots with their dates, the tier they had, and totals that count in the
 * tier windows on the day of the opening.
 * Errors: member_not_found, member_not_active, occurred_in_future, request_invalid (an unknown wallet or tier).
 */
export function decideOpenBalance(draft: MemberDraft, command: OpenBalance, context: DecideContext): OpeningView {
  const { program, now } = context;
  const occurredAt = occurredAtOf(command.occurredAt, now);
  if (draft.status === "placeholder" && program.definition.autoEnroll) enrol(draft, program, occurredAt);
  requireActive(draft);
  settle(draft, now, program.version);

  for (const [index, lot] of command.lots.entries()) {
    const { number } = walletNamed(context, lot.wallet, `/lots/${index}/wallet`);
    grantOpeningLot(draft, { ...lot, number }, command, context);
  }
  bringTotals(draft, command, occurredAt, context);
  bringTier(draft, command, context);

  draft.announce("balance.opened", occurredAt, { openingId: command.openingId, lots: command.lots.length });
  const answer: OpeningView = { id: command.openingId, memberId: draft.id, tier: draft.tier, balance: balanceSummary(draft, context) };
  draft.rows.commands.push({ kind: REQUEST_KINDS.opening, id: command.openingId, answer });
  return answer;
}

function bringTotals(draft: MemberDraft, { totals = {} }: OpenBalance, occurredAt: Instant, context: DecideContext): void {
  const { definition, windows } = context.program;
  const day = localDay(new Date(occurredAt), definition.timeZone);
  rollWindows(draft, windows, day);
  recordActivity(draft, windows, day, "spend", totals.spend ?? 0);
  recordOrders(draft, context.program, day, totals.orders ?? 0);
  for (const [wallet, points] of Object.entries(totals.points ?? {})) {
    walletNamed(context, wallet, `/totals/points/${wallet}`);
    recordActivity(draft, windows, day, `points:${wallet}`, points);
  }
}

function bringTier(draft: MemberDraft, { tier, openingId, occurredAt }: OpenBalance, { program }: DecideContext): void {
  if (tier === undefined) return;
  if (!program.definition.tiers.some(({ id }) => id === tier.id)) {
    throw refuseField("request_invalid", "/tier/id", `the program has no tier ${tier.id}`, { tier: tier.id });
  }
  const since = Date.parse(tier.since);
  changeTier(draft, program, tier.id, {
    cause: "opening_balance",
    sourceId: openingId,
    occurredAt: since,
    reviewedUntil: Date.parse(occurredAt),
  });
}
