import { dayToDate, localDay } from "../../core/period.ts";
import type { AnnounceExpiry } from "../../ledger/commands.ts";
import { type ExpiringLot, pageOfExpiringLots, setToldTo, toldNotices } from "../../ledger/expiry-notice-store.ts";
import type { NoticeSubject } from "./tell-ahead.ts";

type Wallet = { programId: number; id: string; number: number; notices: readonly string[]; timeZone: string };

/** The points of a wallet that will expire. */
export const expiringPoints = ({ programId, id, number: wallet, notices, timeZone }: Wallet): NoticeSubject<ExpiringLot> => ({
  notices,
  toldTo: (tx) => toldNotices(tx, programId, wallet),
  setToldTo: (tx, notice, day) => setToldTo(tx, programId, { wallet, notice, day }),
  page: (tx, asked) => pageOfExpiringLots(tx, programId, { ...asked, wallet }),
  commandsOf(page, notice) {
    // One for each member and day of the page.
    const commands = new Map<string, AnnounceExpiry>();
    for (const { memberId, expiresAt } of page) {
      const expiresOn = dayToDate(localDay(expiresAt, timeZone));
      commands.set(`${memberId} ${expiresOn}`, { kind: "announce_expiry", memberId, wallet: id, expiresOn, notice });
    }
    return [...commands.values()];
  },
});
