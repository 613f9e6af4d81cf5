/** Books what the clock has done to a member's points: what became available, what expired. Not from outside. */
export type SettleMember = { kind: "settle_member"; memberId: string };

export type SettledView = { memberId: string };

/** Tells that points of a wallet expire on a local date (`YYYY-MM-DD`), once for each `notice` of the program's. Not from outside. */
export type AnnounceExpiry = { kind: "announce_expiry"; memberId: string; wallet: string; expiresOn: string; notice: string };

export type AnnouncedExpiryView = { memberId: string };
