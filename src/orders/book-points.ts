import type { EpochDay } from "../core/period.ts";
import type { Source } from "../ledger/accounts.ts";
import { extendExpiry } from "../ledger/extend-expiry.ts";
import { grantLot } from "../ledger/grant.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import type { PointsPart } from "../rules/points-parts.ts";
import { recordActivity } from "../tiers/windows.ts";
import { type Earned, lotDates, policiesOf } from "./lot-dates.ts";

/** When and why points are booked; `names` is what the announcement says of their cause. */
export type Booking = Earned & { day: EpochDay; source: Source; names: Record<string, string> };

/**
 * Books points as lots, by the policies of their wallets or the terms of their own, and counts them in the tier windows of that
 * local day. Answers: the lots.
 */
export function bookPoints(
  draft: MemberDraft,
  parts: readonly PointsPart[],
  { day, source, names, ...earned }: Booking,
  context: DecideContext,
): number[] {
  const { program, now } = context;
  const { at } = earned;
  const lots: number[] = [];
  const wallets = new Map(walletsOf(context).map((wallet) => [wallet.definition.id, wallet]));
  const movement = { kind: "accrual", occurredAt: at, source, ruleSet: program.version } as const;
  for (const { wallet: id, rule, terms, points } of parts) {
    const wallet = wallets.get(id);
    if (points === 0 || wallet === undefined) continue;
    const dates = lotDates(policiesOf(wallet.definition, terms), earned, program.definition.timeZone);
    lots.push(grantLot(draft, { ...movement, ...dates, wallet: wallet.number, points, rule }, now));
    extendExpiry(draft, wallet, { kind: "accrual", at }, context);
    recordActivity(draft, program.windows, day, `points:${id}`, points);
    draft.announce("points.accrued", at, { wallet: id, points, ...(rule !== null && { rule }), ...names });
  }
  return lots;
}
