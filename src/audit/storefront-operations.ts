/** Scopes of what shops send for their customers. Each such change has a record of its own: an order, an event, a redemption. */
const OF_STOREFRONTS: ReadonlySet<string> = new Set(["public", "orders:write", "events:write", "rewards:write", "rewards:confirm"]);

/** Storefront traffic under other scopes, each with why nobody decides it by hand. */
export const STOREFRONT_OPERATIONS = {
  testWebhook: "it sends a message and changes nothing",
  getBalances: "it reads, with more ids than a URL takes",
  enrolMember: "customers join by themselves",
  buyTierUpgrade: "a member buys it",
  transferPoints: "a member gives points away",
  createPool: "members make their household",
  putPoolMember: "members make their household",
  leavePool: "members leave their household",
  openHold: "a checkout reserves points",
  captureHold: "a checkout spends what it has reserved",
  releaseHold: "a checkout gives up",
} as const satisfies Record<string, string>;

export const isRead = (method: string): boolean => method === "GET" || method === "HEAD";

/** Whether an operation that is allowed by `scope` is a change by hand, which leaves a row of audit. */
export const isAudited = (method: string, scope: string, operationId: string): boolean =>
  !isRead(method) && !OF_STOREFRONTS.has(scope) && !(operationId in STOREFRONT_OPERATIONS);
