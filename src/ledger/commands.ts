/** Books what the clock has done to a member's points: what became available, what expired. Not from outside. */
export type SettleMember = { kind: "settle_member"; memberId: string };

export type SettledView = { memberId: string };
