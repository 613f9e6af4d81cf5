import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { enterHotPath } from "../db/transaction.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { CounterStates } from "../members/counter-book.ts";
import { enrol, requireActive } from "../members/enrol.ts";
import { MemberDraft } from "../members/member-draft.ts";
import { type MemberState, unknownMember } from "../members/member-state.ts";
import { OtherMembers } from "../members/other-members.ts";
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
import { loadMembers } from "./load.ts";
import { loadCounters } from "./load-counters.ts";
import { loadCoupons } from "./load-coupons.ts";
import { mayNameOthers, otherMembersOf } from "./other-members-of.ts";
import { planBatch } from "./plan.ts";
import type { QuoteTokens } from "./quote-tokens.ts";
import type { RuleSets } from "./transact.ts";

/** `reserve`: what the quote counts of budgets, stocks and codes is held until it ends. */
export type QuoteOptions = { explain?: boolean; reserve?: boolean };

/** Decides carts, and writes nothing but what is held. */
export interface Quotes {
  /** Errors: those of placing the order, ids apart. */
  quote(program: ProgramContext, cart: Cart, options?: QuoteOptions): Promise<QuoteView>;
}

/** A member as placing the order would find them, with the others of their household where the cart draws on it. */
type ReadMember = { state: MemberState; counters: CounterStates; others: OtherMembers };

export type QuotesDeps = { pool: pg.Pool; ruleSets: RuleSets; quoteTokens: QuoteTokens; now: () => Date };

export function createQuotes({ pool, ruleSets, quoteTokens, now }: QuotesDeps): Quotes {
  return {
    async quote(context, asked, { explain = false } = {}) {
      const at = now();
      const program = await ruleSets.current(context.programId);
      const wallets = await ruleSets.walletNumbers(context.programId);
      checkCart(asked, program);
      const occurredAt = occurredAtOf(asked.occurredAt, at.getTime());

      const { cart, state, counters, others } = await readStanding();
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
      async function readStanding(): Promise<ReadMember & { cart: Cart }> {
        const found = await readMember(asked);
        const { aliasOf } = found.state;
        if (aliasOf === null) return { cart: asked, ...found };
        const cart = { ...asked, memberId: aliasOf.id };
        return { cart, ...(await readMember(cart)) };
      }

      /** Reads what placing the order would load, without a lock. */
      async function readMember(cart: Cart): Promise<ReadMember> {
        const { memberId } = cart;
        const command = { kind: "place_order", memberId, orderId: "", hash: "", cart } as const;
        const mates = mayNameOthers(command) ? await otherMembersOf({ readPool: pool, ruleSets }, context, command) : [];
        const job = { command, memberId, others: mates, aliases: new Map<string, string>(), quote: null, origin: null };
        const plan = planBatch([job], program, at.toISOString());
        const client = await pool.connect();
        let broken: Error | undefined;
        try {
          const [, , members] = await Promise.all([
            client.query("begin isolation level repeatable read read only"),
            client.query(enterHotPath(client, context.programId)),
            loadMembers(client, context.programId, plan, program, { now: at.getTime(), lock: false }),
          ]);
          const state = members.get(memberId) ?? unknownMember(0, memberId);
          members.delete(memberId);
          const asked = { jobs: plan.jobs, members: new Map([[memberId, state]]), program };
          await loadCoupons(client, context.programId, asked);
          const counters = await loadCounters(client, context.programId, asked, { now: at.getTime(), lock: false });
          return { state, counters, others: new OtherMembers(members) };
        } finally {
          await client.query("rollback").catch((error: Error) => {
            broken = error;
          });
          client.release(broken);
        }
      }
    },
  };
}
