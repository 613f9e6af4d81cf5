import type { AuditRow } from "../audit/command-audit.ts";
import type { CounterStates } from "../members/counter-book.ts";
import type { AddedRows, MemberDraft } from "../members/member-draft.ts";
import type { MemberState } from "../members/member-state.ts";
import type { Claim } from "./requirements.ts";

type OfMember<Row> = Row & { memberKey: number };

/** Rows that a batch's accepted commands add, with the member's key. */
export type AddedByBatch = {
  entries: OfMember<AddedRows["entries"][number]>[];
  tierChanges: OfMember<AddedRows["tierChanges"][number] & { n: number }>[];
  reviews: OfMember<AddedRows["reviews"][number]>[];
  events: OfMember<AddedRows["events"][number]>[];
  returns: OfMember<AddedRows["returns"][number]>[];
  commands: OfMember<AddedRows["commands"][number]>[];
  segmentChanges: OfMember<AddedRows["segmentChanges"][number]>[];
  poolChanges: OfMember<AddedRows["poolChanges"][number]>[];
  memberEvents: OfMember<AddedRows["memberEvents"][number]>[];
  coupons: OfMember<AddedRows["coupons"][number]>[];
  mergedLots: OfMember<AddedRows["mergedLots"][number]>[];
  merges: OfMember<AddedRows["merges"][number]>[];
  unmerges: OfMember<AddedRows["unmerges"][number]>[];
  bulkGrants: OfMember<AddedRows["bulkGrants"][number]>[];
  erasures: OfMember<AddedRows["erasures"][number]>[];
};

/** What accepted commands have touched of one member; the values are in the member's state. */
export type TouchedMember = {
  state: MemberState;
  /** Entries up to this one are stored: a lot with a later number is new. */
  storedEntrySeq: number;
  lots: Set<number>;
  holds: Set<string>;
  orders: Set<string>;
  redemptions: Set<string>;
  placedOrders: Set<string>;
  counters: Set<string>;
  coupons: Set<string>;
  /** True when what the member's last quote holds changes. */
  isReservationChanged: boolean;
  isProfileChanged: boolean;
  /** True when the next review of the tier changes. */
  isReviewChanged: boolean;
  /** True when the row of `members` changes: enrolment, status or whose alias it is. Most commands leave it alone. */
  isMemberChanged: boolean;
};

/** What a batch has decided and now writes. */
export type DecidedBatch = {
  programId: number;
  ruleSet: number;
  added: AddedByBatch;
  touched: Map<number, TouchedMember>;
  /** Of commands that people ask for by hand. */
  audits: AuditRow[];
  /** The counters of the program, and the ids of those that accepted commands have changed. */
  counters: { states: CounterStates; changed: Set<string> };
  /** Claims of this batch that no accepted command stands behind. */
  unusedClaims: Pick<Claim, "kind" | "id">[];
  /** Claims whose accepted command is not the one that they were inserted for. */
  correctedClaims: OfMember<Claim>[];
  /** Places made for members whom no accepted command has enrolled. */
  unusedPlaces: MemberState[];
};

export const emptyBatch = (programId: number, ruleSet: number, counters: CounterStates): DecidedBatch => ({
  programId,
  ruleSet,
  added: {
    entries: [],
    tierChanges: [],
    reviews: [],
    events: [],
    returns: [],
    commands: [],
    segmentChanges: [],
    poolChanges: [],
    memberEvents: [],
    coupons: [],
    mergedLots: [],
    merges: [],
    unmerges: [],
    bulkGrants: [],
    erasures: [],
  },
  touched: new Map(),
  audits: [],
  counters: { states: counters, changed: new Set() },
  unusedClaims: [],
  correctedClaims: [],
  unusedPlaces: [],
});

/** Takes over what one accepted command adds and touches, and keeps it in the member's state. */
export function acceptDraft(batch: DecidedBatch, state: MemberState, draft: MemberDraft): void {
  const memberKey = state.key;
  const touched = batch.touched.get(memberKey) ?? {
    state,
    storedEntrySeq: state.entrySeq,
    lots: new Set<number>(),
    holds: new Set<string>(),
    orders: new Set<string>(),
    redemptions: new Set<string>(),
    placedOrders: new Set<string>(),
    counters: new Set<string>(),
    coupons: new Set<string>(),
    isReservationChanged: false,
    isProfileChanged: false,
    isReviewChanged: false,
    isMemberChanged: false,
  };
  batch.touched.set(memberKey, touched);
  for (const seq of draft.lots.changedKeys()) touched.lots.add(seq);
  for (const id of draft.holds.changedKeys()) touched.holds.add(id);
  for (const id of draft.orders.changedKeys()) touched.orders.add(id);
  for (const id of draft.redemptions.changedKeys()) touched.redemptions.add(id);
  for (const id of draft.counters.member.changedKeys()) touched.counters.add(id);
  for (const code of draft.coupons.changedKeys()) touched.coupons.add(code);
  for (const id of draft.counters.program.changedKeys()) batch.counters.changed.add(id);
  for (const id of draft.rows.placedOrders) touched.placedOrders.add(id);
  touched.isReservationChanged ||= draft.counters.isReservationChanged;
  touched.isProfileChanged ||= draft.isProfileChanged;
  touched.isReviewChanged ||= draft.isReviewChanged;
  touched.isMemberChanged ||=
    draft.status !== state.status ||
    draft.enrolHash !== state.enrolHash ||
    draft.enrolledAt !== state.enrolledAt ||
    draft.aliasOf?.key !== state.aliasOf?.key;

  const { added } = batch;
  for (const row of draft.rows.entries) added.entries.push({ ...row, memberKey });
  for (const [n, row] of draft.rows.tierChanges.entries()) added.tierChanges.push({ ...row, n, memberKey });
  for (const row of draft.rows.reviews) added.reviews.push({ ...row, memberKey });
  for (const row of draft.rows.events) added.events.push({ ...row, memberKey });
  for (const row of draft.rows.returns) added.returns.push({ ...row, memberKey });
  for (const row of draft.rows.segmentChanges) added.segmentChanges.push({ ...row, memberKey });
  for (const row of draft.rows.poolChanges) added.poolChanges.push({ ...row, memberKey });
  for (const row of draft.rows.memberEvents) added.memberEvents.push({ ...row, memberKey });
  for (const row of draft.rows.coupons) added.coupons.push({ ...row, memberKey });
  for (const row of draft.rows.mergedLots) added.mergedLots.push({ ...row, memberKey });
  for (const row of draft.rows.merges) added.merges.push({ ...row, memberKey });
  for (const row of draft.rows.unmerges) added.unmerges.push({ ...row, memberKey });
  for (const row of draft.rows.bulkGrants) added.bulkGrants.push({ ...row, memberKey });
  for (const row of draft.rows.erasures) added.erasures.push({ ...row, memberKey });
  for (const row of draft.rows.commands) added.commands.push({ ...row, memberKey });
  draft.keep();
}
