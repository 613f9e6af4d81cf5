import { assert } from "../core/assert.ts";
import { dateToDay, localDay } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { AnnouncedExpiryView, AnnounceExpiry } from "./commands.ts";
import { freeOf } from "./lots.ts";
import { NothingDue } from "./nothing-due.ts";
import { settle } from "./settle.ts";

/**
 * Tells a member how many points of a wallet expire on a local day that is still to come or has not ended.
 * Units:  whole points; `at` is when the first of them expire.
 * Errors: NothingDue, and nothing changes, when none are left to expire on it.
 */
export function decideAnnounceExpiry(
  draft: MemberDraft,
  { wallet, expiresOn, notice }: AnnounceExpiry,
  { program, wallets, now }: DecideContext,
): AnnouncedExpiryView {
  const number = wallets.byId.get(wallet);
  assert(number !== undefined, "the wallet of a notice has a number");
  settle(draft, now, program.version);
  const day = dateToDay(expiresOn);
  const expiring = [...draft.lots.values()].filter(
    (lot) =>
      lot.wallet === number &&
      freeOf(lot) > 0 &&
      Number.isFinite(lot.expiresAt) &&
      localDay(new Date(lot.expiresAt), program.definition.timeZone) === day,
  );
  if (expiring.length === 0) throw new NothingDue();
  const points = expiring.reduce((sum, lot) => sum + freeOf(lot), 0);
  const at = new Date(Math.min(...expiring.map(({ expiresAt }) => expiresAt))).toISOString();
  draft.announce("points.will_expire", now, { wallet, points, at, expiresOn, notice });
  return { memberId: draft.id };
}
