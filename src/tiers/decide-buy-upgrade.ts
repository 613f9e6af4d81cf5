import { assert } from "../core/assert.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { localDay } from "../core/period.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { redeem } from "../ledger/redeem.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import { knownTier } from "./change-tier.ts";
import type { BoughtUpgradeView, BuyUpgrade } from "./commands.ts";
import { takeUpgrade, upgradeFrom } from "./upgrades.ts";
import { windowSumsAt } from "./windows.ts";

/**
 * Buys an upgrade with points: takes them in burn order and lifts the member.
 * Errors: member_not_found, member_not_active, request_invalid (no such upgrade), upgrade_unavailable with its reason,
 *         insufficient_points; nothing changes.
 */
export function decideBuyUpgrade(draft: MemberDraft, command: BuyUpgrade, context: DecideContext): BoughtUpgradeView {
  const { program, now } = context;
  const { definition } = program;
  requireActive(draft);
  const upgrade = definition.upgrades?.find(({ id }) => id === command.upgrade);
  if (upgrade === undefined) throw refuseField("request_invalid", "/upgrade", `the program has no upgrade ${command.upgrade}`);
  settle(draft, now, program.version);

  const day = localDay(new Date(now), definition.timeZone);
  const before = knownTier(program, draft.tier);
  const { price } = upgrade;
  const found =
    price === undefined ? { reason: "not_for_sale" } : upgradeFrom(program, upgrade, before, windowSumsAt(draft, program.windows, day));
  if ("reason" in found || price === undefined) {
    throw new LoyaltyError("upgrade_unavailable", { upgrade: upgrade.id, tier: before, reason: "reason" in found ? found.reason : "" });
  }
  const wallet = walletsOf(context).find(({ definition: { id } }) => id === price.wallet);
  assert(wallet, "the price of an upgrade is in a wallet of the program");
  const source = { kind: "tier_upgrade", id: command.purchaseId } as const;
  redeem(draft, { wallet, points: price.points, occurredAt: now, source }, context);
  takeUpgrade(draft, program, day, upgrade, found.to, { cause: "purchase", sourceId: command.purchaseId, occurredAt: now });

  const answer: BoughtUpgradeView = {
    id: command.purchaseId,
    memberId: draft.id,
    upgrade: upgrade.id,
    price,
    tier: { before, after: draft.tier },
    balance: balanceSummary(draft, context),
  };
  draft.rows.commands.push({ kind: REQUEST_KINDS.tier_upgrade, id: command.purchaseId, answer });
  return answer;
}
