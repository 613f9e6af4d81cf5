import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { enrol, requireActive } from "../members/enrol.ts";
import { MemberDraft } from "../members/member-draft.ts";
import { cartFacts } from "../orders/cart-facts.ts";
import { checkCart, proposeCart, quotedOffer, standingAt, totalPoints } from "../orders/decide-cart.ts";
import type { Cart } from "../orders/order.ts";
import { decidedCartView } from "../orders/order-view.ts";
import { pointsView } from "../orders/points-view.ts";
import type { QuoteView } from "../orders/quote.ts";
import { purseOf } from "../pools/purse.ts";
import { decidedParts } from "../rules/points-parts.ts";
import { knownTier } from "../tiers/change-tier.ts";
import type { ProgramContext } from "./commands.ts";
import { mayNameOthers, otherMembersOf } from "./other-members-of.ts";
import type { QuoteTokens } from "./quote-tokens.ts";
import { type FoundMember, type ReadForQuotesDeps, readForQuotes } from "./read-for-quotes.ts";

const NO_ALIASES: ReadonlyMap<string, string> = new Map();

/** `reserve`: what the quote counts of budgets, stocks and codes is held until it ends. */
export type QuoteOptions = { explain?: boolean; reserve?: boolean };

/** Decides carts, and writes nothing but what is held. */
export interface Quotes {
  /** Errors: those of placing the order, ids apart. */
  quote(program: ProgramContext, cart: Cart, options?: QuoteOptions): Promise<QuoteView>;
}

/** `readPool` finds households, `pool` all else: pipelined, for reads of members alone. */
export type QuotesDeps = ReadForQuotesDeps & { readPool: pg.Pool; quoteTokens: QuoteTokens };

export function createQuotes({ readPool, quoteTokens, ...deps }: QuotesDeps): Quotes {
  const { ruleSets } = deps;
  const read = readForQuotes(deps);

  return {
    async quote(context, asked, { explain = false } = {}) {
      const { cart, program, now: at, state, counters, others } = await readStanding();
      const wallets = await ruleSets.walletNumbers(context.programId);
      checkCart(cart, program);
      const occurredAt = occurredAtOf(cart.occurredAt, at.getTime());
      const draft = new MemberDraft(state, counters);
      if (state.pool !== null) draft.purse = purseOf(state.pool.id, others, at.getTime());
      if (draft.status === "placeholder" && program.definition.autoEnroll) enrol(draft, program, occurredAt);
      if (draft.status === "placeholder") throw new LoyaltyError("member_not_found", { memberId: cart.memberId });
      requireActive(draft);
      const decideContext = { program, wallets, now: at.getTime() };
      settle(draft, at.getTime(), program.version);
      const decision = proposeCart(draft, cart, occurredAt, decideContext);

      const standing = standingAt(draft, program, occurredAt);
      const tier = knownTier(program, draft.tier);
      const counts = program.definition.ordersCount === "placed";
      const points = pointsView(
        program,
        decidedParts(decision),
        counts ? { at: occurredAt, order: { completedAt: null } } : null,
        at.getTime(),
      );
      const balance = { ...balanceSummary(draft, decideContext), version: draft.version - 1 };
      // Another tier than the member's is one that this cart itself reaches.
      const decided = { tier: decision.tier, since: decision.tier === standing.tier ? standing.since : occurredAt };
      const offer = {
        ruleSet: program.version,
        tier: decided.tier,
        tierSince: decided.since,
        clock: occurredAt,
        ...quotedOffer(draft, cart, decision, { context: decideContext, standing: decided, at: occurredAt }),
        net: decision.totals.net,
        points: totalPoints(decision),
      };
      return {
        ...decidedCartView({ id: null, status: "quoted", cart, decision, tier: { before: tier, after: tier }, points, balance }),
        ...quoteTokens.issue(context, asked, offer, at),
        ...(explain && { explanation: program.explainOrder(decision, cartFacts(cart)) }),
      };

      /** The cart, of the member whom an alias stands for, with them. The token is good for the cart as it was asked for. */
      async function readStanding(): Promise<FoundMember & { cart: Cart }> {
        const found = await readMember(asked);
        const { aliasOf } = found.state;
        if (aliasOf === null) return { cart: asked, ...found };
        const cart = { ...asked, memberId: aliasOf.id };
        return { cart, ...(await readMember(cart)) };
      }

      async function readMember(cart: Cart): Promise<FoundMember> {
        const { memberId } = cart;
        const command = { kind: "place_order", memberId, orderId: "", hash: "", cart } as const;
        const mates = mayNameOthers(command) ? await otherMembersOf({ readPool, ruleSets }, context, command) : [];
        return read(context.programId, { command, memberId, others: mates, aliases: NO_ALIASES, quote: null, origin: null });
      }
    },
  };
}
