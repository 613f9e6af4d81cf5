import type { EpochDay } from "../core/period.ts";
import type { Source } from "../ledger/accounts.ts";
import { grantLot } from "../ledger/grant.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import { recordActivity } from "../tiers/windows.ts";
import { type Earned, lotDates } from "./lot-dates.ts";

/** When and why points are booked; `names` is what the announcement says of their cause. */
export type Booking = Earned & { day: EpochDay; source: Source; names: Record<string, string> };

/**
 * Books points by wallet as lots, by the policies of the wallets, and counts them in the tier windows of that local day.
 * Answers: the lots.
 */
export function bookPoints(
  draft: MemberDraft,
  points: ReadonlyMap<string, number>,
  { day, source, names, ...earned }: Booking,
  context: DecideContext,
): number[] {
  const { program, now } = context;
  const { at } = earned;
  const lots: number[] = [];
  for (const { number, definition } of walletsOf(context)) {
    const amount = points.get(definition.id) ?? 0;
    if (amount === 0) continue;
    const dates = lotDates(definition, earned, program.definition.timeZone);
    const grant = { wallet: number, points: amount, kind: "accrual", occurredAt: at, ...dates, source, ruleSet: program.version } as const;
    lots.push(grantLot(draft, grant, now));
    recordActivity(draft, program.windows, day, `points:${definition.id}`, amount);
    draft.announce("points.accrued", at, { wallet: definition.id, points: amount, ...names });
  }
  return lots;
}
