/** The chapters of the API, in the order in which the document lists them. */
export const TAGS = {
  members: "People enrolled in the program, with their profile",
  segments: "Lists of members that rules look at",
  orders: "What was bought: quotes, orders, returns, and why they earned what they earned",
  events: "What else happened to a member, of types that the program declares, and what it earned",
  feed: "What has changed, in one order, for other systems to follow",
  ledger: "Balances, entries and lots of points",
  coupons: "What carts redeem: coupons of members, each with a code of its own, and codes that are not bound to a member",
  pools: "Households whose members draw on each other's points",
  points: "What is done with points by hand and by shops: reserved, spent, given back",
  tiers: "The ladder: where a member stands and what is missing to the next tier",
  rewards: "What members get for points: the catalogue, redemptions, codes for the store, entitlements",
  imports: "Many records in one request, streamed both ways",
  program: "The program as a file: currency, wallets, earning, tiers and rules, in numbered versions",
  audit: "Who changed what by hand: append-only",
  keys: "API keys of the program",
  service: "Health, metrics and the description of this API",
} as const;

export type Tag = keyof typeof TAGS;
