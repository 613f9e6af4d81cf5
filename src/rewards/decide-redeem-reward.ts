import { assert } from "../core/assert.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { addPeriod, parsePeriod } from "../core/period.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { redeem } from "../ledger/redeem.ts";
import { settle } from "../ledger/settle.ts";
import type { Instant } from "../ledger/state.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type CommandContext, type DecideContext, walletsOf } from "../programs/decide-context.ts";
import type { RewardDefinition } from "../programs/reward-definition.ts";
import { knownTier } from "../tiers/change-tier.ts";
import type { RedeemReward, RedemptionAnswer } from "./commands.ts";
import { fulfil } from "./give-reward.ts";
import { reasonsAgainst } from "./reasons.ts";
import { type PaidPart, type RedemptionState, redemptionView } from "./redemption.ts";
import { limitsOf } from "./reward-limits.ts";

const MINUTE_MS = 60_000;
/** Each coupon is a row and an announcement of its own. */
const COUPONS_MAX = 100;

/** Refuses for the first reason that the catalogue would show; too few points have a code of their own. */
function requireRedeemable(draft: MemberDraft, reward: RewardDefinition, quantity: number, { program, now }: DecideContext): void {
  const { segments } = draft;
  assert(segments, "a redemption loads the member's segments");
  const facts = {
    now,
    status: "active" as const,
    tier: knownTier(program, draft.tier),
    segments,
    enrolledAt: new Date(draft.enrolledAt),
    ...(draft.profile?.birthDate !== undefined && { birthDate: draft.profile.birthDate }),
    available: () => Number.POSITIVE_INFINITY,
    used: draft.counters,
  };
  const [first] = reasonsAgainst(reward, program, facts, quantity);
  if (first === undefined) return;
  const { code, ...known } = first;
  const details = Object.fromEntries(Object.entries(known).filter(([, fact]) => fact !== null));
  throw new LoyaltyError("reward_unavailable", { reward: reward.id, reason: code, ...details });
}

/** Takes all parts of a price, those points first that expire first. A refusal drops the whole command. */
function pay(draft: MemberDraft, { price }: RewardDefinition, command: RedeemReward, context: DecideContext): PaidPart[] {
  const { now } = context;
  const source = { kind: "redemption", id: command.redemptionId } as const;
  return price.map(({ wallet: id, points: each }) => {
    const wallet = walletsOf(context).find(({ definition }) => definition.id === id);
    assert(wallet, "the price of a reward is in wallets of the program");
    const points = each * command.quantity;
    return { wallet: id, points, uses: redeem(draft, { wallet, points, occurredAt: now, source }, context) };
  });
}

function expiryOf(reward: RewardDefinition, { channel }: RedeemReward, { program, now }: DecideContext): Instant | null {
  if (channel === "store") return now + reward.storeCodeMinutes * MINUTE_MS;
  if (reward.expiresAfter === undefined) return null;
  return addPeriod(new Date(now), parsePeriod(reward.expiresAfter), program.definition.timeZone).getTime();
}

/**
 * Redeems a reward: points of all wallets of its price, stock and limits, all or nothing. Online with `fulfilment: at_once` it is
 * fulfilled here; else it is issued and waits for the shop or for the code in the store.
 * Errors: member_not_found, member_not_active, request_invalid (no such reward; more than one of what is given once, more than 100 coupons),
 *         reward_unavailable with its reason, insufficient_points; nothing changes.
 */
export function decideRedeemReward(draft: MemberDraft, command: RedeemReward, context: CommandContext): RedemptionAnswer {
  const { program, now } = context;
  const { redemptionId: id, quantity, channel, codeHash } = command;
  requireActive(draft);
  const reward = program.definition.rewards?.find((candidate) => candidate.id === command.reward);
  if (reward === undefined) throw refuseField("request_invalid", "/reward", `the program has no reward ${command.reward}`);
  const isGivenOnce = reward.gives.kind === "entitlement" || reward.gives.kind === "tier_upgrade";
  if (isGivenOnce && quantity > 1) throw refuseField("request_invalid", "/quantity", "of a privilege or a tier there is one at a time");
  if (reward.gives.kind === "coupon" && quantity > COUPONS_MAX) {
    throw refuseField("request_invalid", "/quantity", `of coupons there are at most ${COUPONS_MAX} at a time`);
  }
  settle(draft, now, program.version);
  requireRedeemable(draft, reward, quantity, context);

  const uses = limitsOf(reward, new Date(now), program.definition.timeZone).map(({ counter }) => ({ ...counter, amount: quantity }));
  const paid = pay(draft, reward, command, context);
  draft.counters.take(uses);
  const redemption: RedemptionState = draft.redemptions.set(id, {
    id,
    reward: reward.id,
    quantity,
    channel,
    status: "issued",
    ruleSet: program.version,
    gives: reward.gives,
    given: null,
    paid,
    uses,
    codeHash,
    redeemedAt: now,
    expiresAt: expiryOf(reward, command, context),
    fulfilledAt: null,
    endedAt: null,
    store: null,
    reason: null,
  });
  draft.announce("reward.redeemed", now, {
    redemptionId: id,
    reward: reward.id,
    quantity,
    channel,
    price: paid.map(({ wallet, points }) => ({ wallet, points })),
  });
  if (channel === "online" && reward.fulfilment === "at_once") fulfil(draft, redemption, context);

  const answer = { redemption: redemptionView(draft.id, redemption), balance: balanceSummary(draft, context) };
  draft.rows.commands.push({ kind: REQUEST_KINDS.redemption, id, answer });
  return answer;
}
