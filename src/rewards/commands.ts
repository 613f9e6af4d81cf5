import type { BalanceSummary } from "../ledger/balance.ts";
import type { RedemptionChannel, RedemptionView } from "./redemption.ts";

/** Takes the price of a reward and gives it. `redemptionId` is the caller's; `codeHash` is that of the code for the store, null online. */
export type RedeemReward = {
  kind: "redeem_reward";
  memberId: string;
  redemptionId: string;
  hash: string;
  reward: string;
  quantity: number;
  channel: RedemptionChannel;
  codeHash: string | null;
};

/** The shop has handed over what a redemption gives. */
export type FulfilRedemption = { kind: "fulfil_redemption"; memberId: string; redemptionId: string; hash: string };

/** A store has taken the code. `key` is that of the request's Idempotency-Key header, null without one. */
export type ConfirmRedemption = {
  kind: "confirm_redemption";
  memberId: string;
  redemptionId: string;
  store?: string | undefined;
  key: { id: string; hash: string } | null;
};

export type CancelRedemption = { kind: "cancel_redemption"; memberId: string; redemptionId: string; hash: string; reason: string };

/** Its time has passed. Not from outside: a job submits it. */
export type ExpireRedemption = { kind: "expire_redemption"; memberId: string; redemptionId: string };

export type RedemptionAnswer = { redemption: RedemptionView; balance: BalanceSummary };
