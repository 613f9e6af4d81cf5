import { BONUS_FROM_GROSS, BONUS_POINTS, type ModelProgram } from "./ledger-model.ts";

/** Policies that differ in as much as three programs can. */
export const MODEL_PROGRAMS: readonly ModelProgram[] = [
  {
    id: "model-debt",
    ordersCount: "placed",
    pendingDays: 2,
    expiryDays: 10,
    isExtended: false,
    clawback: "debt",
    transferFee: 1,
    payment: { step: 1, stepPence: 7, minimum: 1, sharePercent: 50, isEarning: false },
    renewalDays: 0,
    householdOf: 3,
  },
  {
    id: "model-written-off",
    ordersCount: "completed",
    pendingDays: 0,
    expiryDays: 4,
    isExtended: true,
    clawback: "within_balance",
    transferFee: 0,
    payment: { step: 5, stepPence: 2, minimum: 10, sharePercent: 30, isEarning: true },
    renewalDays: 3,
    householdOf: 6,
  },
  {
    id: "model-confirmed",
    ordersCount: "placed",
    pendingDays: "confirm",
    expiryDays: 6,
    isExtended: false,
    clawback: "debt",
    transferFee: 2,
    payment: { step: 3, stepPence: 100, minimum: 6, sharePercent: 45, isEarning: false },
    renewalDays: 2,
    householdOf: 2,
  },
];

/** The program's file. */
export const definitionOf = ({ id, ordersCount, pendingDays, expiryDays, isExtended, clawback, transferFee, ...more }: ModelProgram) => ({
  id,
  name: "Model",
  currency: "GBP",
  timeZone: "UTC",
  autoEnroll: true,
  ordersCount,
  pools: { maxMembers: more.householdOf },
  wallets: [
    {
      id: "points",
      pending: pendingDays === "confirm" ? "confirm" : pendingDays === 0 ? "none" : `P${pendingDays}D`,
      expiry: `P${expiryDays}D`,
      ...(isExtended && { extendedBy: "activity" }),
      clawback,
      ...(more.renewalDays > 0 && { renewal: `P${more.renewalDays}D` }),
      transfers: transferFee === 0 ? {} : { fee: { points: transferFee } },
      payWithPoints: {
        points: more.payment.step,
        amount: more.payment.stepPence,
        step: more.payment.step,
        minimum: more.payment.minimum,
        maxShare: more.payment.sharePercent,
        earnOnPointsPaid: more.payment.isEarning,
      },
    },
  ],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "base" }],
  rewards: [
    {
      id: "piece",
      label: "A piece",
      price: [{ wallet: "points", points: 1 }],
      gives: { kind: "product", sku: "PIECE" },
      fulfilment: "confirm",
    },
  ],
  rules: [
    {
      id: "bonus",
      when: `order.gross >= ${BONUS_FROM_GROSS}`,
      effects: [{ kind: "bonus_points", wallet: "points", points: BONUS_POINTS }],
    },
  ],
});
