import type { Refusals } from "./asked.ts";

const of = (memberId: string, holdId: string) => ({ memberId, holdId });
const hold = (over: Record<string, unknown> = {}) => ({ id: "new-hold", points: 1, ...over });

/** Holds of `ada`: `held` is open, `lapsed` is over, `captured` was captured. */
export const HOLD_REFUSALS: Refusals = {
  openHold: {
    member_not_found: () => ({ values: { memberId: "nobody" }, body: hold() }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: hold() }),
    id_reused: () => ({ values: { memberId: "ada" }, body: hold({ id: "held", points: 2 }) }),
    wallet_not_spendable: () => ({ values: { memberId: "ada" }, body: hold({ wallet: "status" }) }),
    insufficient_points: () => ({ values: { memberId: "bob" }, body: hold({ points: 1000 }) }),
  },
  captureHold: {
    member_not_found: () => ({ values: of("nobody", "held"), body: {} }),
    hold_not_found: () => ({ values: of("bob", "held"), body: {} }),
    hold_not_open: () => ({ values: of("ada", "captured"), body: { points: 2 } }),
    hold_expired: () => ({ values: of("ada", "lapsed"), body: {} }),
  },
  releaseHold: {
    member_not_found: () => ({ values: of("nobody", "held") }),
    hold_not_found: () => ({ values: of("bob", "held") }),
    hold_not_open: () => ({ values: of("ada", "captured") }),
    hold_expired: () => ({ values: of("ada", "lapsed") }),
  },
  getHold: { member_not_found: () => ({ values: of("nobody", "held") }), hold_not_found: () => ({ values: of("bob", "held") }) },
  listHolds: { member_not_found: () => ({ values: { memberId: "nobody" } }) },
};
