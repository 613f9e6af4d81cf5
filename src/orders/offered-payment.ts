import { LoyaltyError, refuseField } from "../core/errors.ts";
import { spendableOf } from "../ledger/cover-from-pool.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { WalletNumbers } from "../programs/decide-context.ts";
import { paymentTerms } from "../programs/pay-with-points-definition.ts";
import type { Decision, PaymentOffer, PaymentReason } from "../rules/decision.ts";
import type { Cart } from "./order.ts";

const POINTS = "/payWithPoints/points";

/** Why points cannot pay, in words. */
const REASON_TEXTS: Record<PaymentReason, string> = {
  below_minimum: "is less than an order may be paid with",
  not_a_step: "is no whole number of steps",
  share_exceeded: "is more than this order may be paid with",
  insufficient_points: "is more than the member can spend",
};

type Offering = {
  /** Whose terms count. */
  program: CompiledProgram;
  wallets: WalletNumbers;
  /** Of the version in force. */
  ruleSet: number;
  /** What a quote made of "most". */
  quoted?: number | undefined;
};

/**
 * What a cart asks to be paid with points, with the terms and what the member can spend; undefined where it asks for nothing.
 * Errors: request_invalid for a wallet that the program does not have, payment_not_allowed for one that pays for no orders.
 */
export function offeredPayment(
  draft: MemberDraft,
  { payWithPoints: asked }: Cart,
  { program, wallets, ruleSet, quoted }: Offering,
): PaymentOffer | undefined {
  if (asked === undefined) return undefined;
  const { definition } = program;
  const wallet = definition.wallets.find(({ id, payWithPoints }) =>
    asked.wallet === undefined ? payWithPoints !== undefined : id === asked.wallet,
  );
  if (wallet === undefined && asked.wallet !== undefined) {
    throw refuseField("request_invalid", "/payWithPoints/wallet", `the program has no wallet "${asked.wallet}"`);
  }
  const number = wallets.byId.get(wallet?.id ?? "");
  if (wallet?.payWithPoints === undefined || number === undefined) {
    const detail = wallet === undefined ? "no points of the program pay for orders" : `points of "${wallet.id}" pay for no orders`;
    const problem = { pointer: "/payWithPoints", code: "not_offered", detail };
    throw new LoyaltyError("payment_not_allowed", { reason: "not_offered" }, [problem]);
  }
  return {
    wallet: wallet.id,
    terms: paymentTerms(wallet.payWithPoints),
    points: asked.points === "most" ? (quoted ?? "most") : asked.points,
    spendable: spendableOf(draft, { number, definition: wallet }, ruleSet),
  };
}

/**
 * Refuses an order whose points cannot pay for it; `asked` is how many they were to be.
 * Errors: insufficient_points with how many are missing; payment_not_allowed with the reason and its limit.
 */
export function requirePayment({ payment }: Pick<Decision, "payment">, asked: PaymentOffer["points"] | undefined): void {
  if (payment?.refused === undefined) return;
  const { reason, ...facts } = payment.refused;
  const known = Object.entries(facts).filter((fact): fact is [string, number] => fact[1] !== undefined);
  const details = { wallet: payment.wallet, ...(asked !== undefined && { requested: asked }), ...Object.fromEntries(known) };
  const problem = { pointer: POINTS, code: reason, detail: REASON_TEXTS[reason] };
  if (reason === "insufficient_points") throw new LoyaltyError("insufficient_points", details, [problem]);
  throw new LoyaltyError("payment_not_allowed", { reason, ...details }, [problem]);
}
