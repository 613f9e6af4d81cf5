import { LoyaltyError } from "../core/errors.ts";
import { WrongCodes } from "../core/wrong-codes.ts";
import type { CouponDecision } from "../rules/decision.ts";
import type { Cart } from "./order.ts";

/** Whose cart it is, and when. */
type Asking = { programId: number; cart: Pick<Cart, "memberId" | "coupons">; now: number };

/**
 * Guards the codes of carts against being guessed. A member whose carts have named ten codes in a minute that nobody knows waits
 * with carts that name any; carts without codes, and other members of the shop, do not.
 */
export class CodeGuard {
  readonly #wrong = new WrongCodes();

  /** Errors: rate_limited, and what `decide` is refused with. */
  async watch<Answer>(
    asking: Asking,
    decide: () => Promise<Answer>,
    couponsOf: (answer: Answer) => CouponDecision[] = () => [],
  ): Promise<Answer> {
    const { programId, cart, now } = asking;
    if (cart.coupons.length === 0) return decide();
    const sender = `${programId} ${cart.memberId}`;
    this.#wrong.requireFew(sender, now);
    const note = (reasons: readonly (string | undefined)[]) => {
      for (const reason of reasons) if (reason === "unknown") this.#wrong.note(sender, now);
    };
    try {
      const answer = await decide();
      note(couponsOf(answer).map(({ reason }) => reason));
      return answer;
    } catch (error) {
      if (error instanceof LoyaltyError && error.code === "coupon_not_valid") note(error.errors.map(({ code }) => code));
      throw error;
    }
  }
}
