import { expiryAt } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext, NumberedWallet } from "../programs/decide-context.ts";
import type { WalletDefinition } from "../programs/wallet-definition.ts";
import { editLot } from "./lots.ts";
import { type Instant, NEVER } from "./state.ts";

/** What a member did at an instant that may keep points of a wallet alive. */
export type Activity = { kind: "accrual" | "spend"; at: Instant };

/** Whether points of the wallet live on with what members do. */
export const isExtended = ({ extendedBy }: Pick<WalletDefinition, "extendedBy">): boolean => extendedBy !== undefined;

const keepsAlive = ({ extendedBy }: WalletDefinition, { kind }: Activity): boolean =>
  extendedBy === "activity" || (extendedBy === "accrual" && kind === "accrual");

/**
 * Counts the expiry of all points of a wallet anew from an activity of its member, as far as that makes them live longer. Points that
 * have expired stay so, held ones too, and a rule's points with terms of their own keep their date. Needs the member's open lots, settled.
 */
export function extendExpiry(
  draft: MemberDraft,
  { number, definition }: NumberedWallet,
  activity: Activity,
  { program, now }: DecideContext,
): void {
  if (!keepsAlive(definition, activity)) return;
  for (const lot of [...draft.lots.values()]) {
    const isOpen = lot.wallet === number && lot.remaining > 0 && lot.expiresAt > now && lot.expiresAt !== NEVER;
    if (!isOpen || lot.rule !== null) continue;
    const from = new Date(Math.max(activity.at, lot.availableAt));
    const expiresAt = expiryAt(from, definition.expiry, program.definition.timeZone)?.getTime() ?? NEVER;
    if (expiresAt > lot.expiresAt) editLot(draft, lot.seq).expiresAt = expiresAt;
  }
}
