import type { BalanceSummary } from "../ledger/balance.ts";
import type { MemberStatus, MemberView, Profile } from "../members/member.ts";
import type { Cart, OrderView, ReturnLine, ReturnView } from "../orders/order.ts";

/** The program a request works in; it comes from the API key. */
export type ProgramContext = { programId: number; id: string };

/**
 * Every change is one of these. Times are RFC 3339 strings as they were sent; bodies are validated by the routes' schemas.
 * `hash` is the hash of the canonical body (see core/canonical.ts): the same id with another hash is `id_reused`.
 */
export type EnrolMember = { kind: "enrol_member"; memberId: string; hash: string; enrolledAt?: string | undefined; profile: Profile };
export type UpdateMember = {
  kind: "update_member";
  memberId: string;
  status?: Extract<MemberStatus, "active" | "suspended" | "closed"> | undefined;
  profile: { [K in keyof Profile]: Profile[K] | null };
};
export type PlaceOrder = {
  kind: "place_order";
  memberId: string;
  orderId: string;
  hash: string;
  cart: Cart;
  quoteToken?: string | undefined;
};
export type ReviseOrder = { kind: "revise_order"; memberId?: string | undefined; orderId: string; cart: Cart };
export type CompleteOrder = {
  kind: "complete_order";
  memberId?: string | undefined;
  orderId: string;
  hash: string;
  occurredAt?: string | undefined;
};
export type CancelOrder = {
  kind: "cancel_order";
  memberId?: string | undefined;
  orderId: string;
  hash: string;
  occurredAt?: string | undefined;
};
export type ReturnLines = {
  kind: "return_lines";
  memberId?: string | undefined;
  orderId: string;
  returnId: string;
  hash: string;
  occurredAt: string;
  lines: ReturnLine[];
};
/** Brings a member over from a former system: lots with their expiry, a tier with its date, totals. */
export type OpenBalance = {
  kind: "open_balance";
  memberId: string;
  openingId: string;
  hash: string;
  occurredAt: string;
  lots: {
    wallet: string;
    points: number;
    earnedAt?: string | undefined;
    availableAt?: string | undefined;
    expiresAt?: string | undefined;
  }[];
  tier?: { id: string; since: string } | undefined;
  totals?: { spend?: number | undefined; orders?: number | undefined; points?: Record<string, number> | undefined } | undefined;
};

export type Command = EnrolMember | UpdateMember | PlaceOrder | ReviseOrder | CompleteOrder | CancelOrder | ReturnLines | OpenBalance;

export type OpeningView = { id: string; memberId: string; tier: string; balance: BalanceSummary };

/** What each command answers. JSON-ready: it is stored and answered again on a replay. */
export type CommandAnswers = {
  enrol_member: MemberView;
  update_member: MemberView;
  place_order: OrderView;
  revise_order: OrderView;
  complete_order: OrderView;
  cancel_order: OrderView;
  return_lines: ReturnView;
  open_balance: OpeningView;
};

export type Answer<K extends Command["kind"]> = {
  result: CommandAnswers[K];
  /** True when the id was used before with the same body: this is the first answer again, and nothing changed. */
  replayed: boolean;
};

export type SubmitOptions = { /** Decides on a copy, writes nothing. */ dryRun?: boolean };

/** The one write path. Rejects with a LoyaltyError for a refusal. */
export interface Engine {
  submit<C extends Command>(program: ProgramContext, command: C, options?: SubmitOptions): Promise<Answer<C["kind"]>>;
  /** Waits for what is queued and refuses what comes (`shutting_down`). */
  drain(): Promise<void>;
}
