/** Each kind of command moves points in it, and none of a member's can end in a debt while they have their opening points. */
export const LOAD_PROGRAM = {
  id: "under-load",
  name: "Under load",
  currency: "EUR",
  timeZone: "UTC",
  autoEnroll: true,
  wallets: [{ id: "points", transfers: {} }],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "member" }],
  events: [{ type: "visit" }],
  rules: [{ id: "visits", on: "visit", effects: [{ kind: "bonus_points", wallet: "points", points: 5 }] }],
  rewards: [{ id: "mug", label: "Mug", price: [{ wallet: "points", points: 3 }], gives: { kind: "product", sku: "MUG" } }],
};
