import type { z } from "zod";
import { ADJUSTMENT_EVENTS } from "../adjustments/event-schemas.ts";
import { BULK_GRANT_EVENTS } from "../bulk-grants/event-schemas.ts";
import { COUPON_CODE_EVENTS, COUPON_EVENTS } from "../coupons/event-schemas.ts";
import { ERASURE_EVENTS } from "../erasures/event-schemas.ts";
import { HOLD_EVENTS } from "../holds/event-schemas.ts";
import { KEY_EVENTS } from "../keys/event-schemas.ts";
import { LEDGER_EVENTS } from "../ledger/event-schemas.ts";
import { RECORDED_EVENTS } from "../member-events/event-schemas.ts";
import { MEMBER_EVENTS } from "../members/event-schemas.ts";
import { MERGE_EVENTS } from "../merges/event-schemas.ts";
import { ORDER_EVENTS } from "../orders/event-schemas.ts";
import { POOL_EVENTS } from "../pools/event-schemas.ts";
import { RULE_SET_EVENTS } from "../programs/event-schemas.ts";
import { REWARD_EVENTS } from "../rewards/event-schemas.ts";
import { SEGMENT_EVENTS, SEGMENT_LIST_EVENTS } from "../segments/event-schemas.ts";
import { TIER_EVENTS } from "../tiers/event-schemas.ts";
import { TRANSFER_EVENTS } from "../transfers/event-schemas.ts";
import { WEBHOOK_EVENTS } from "../webhooks/event-schemas.ts";

/** What is announced of a member, with the schema of its data. The only list; a published version is only added to by optional fields. */
export const EVENTS_OF_MEMBERS = {
  ...MEMBER_EVENTS,
  ...MERGE_EVENTS,
  ...ERASURE_EVENTS,
  ...ORDER_EVENTS,
  ...LEDGER_EVENTS,
  ...HOLD_EVENTS,
  ...COUPON_EVENTS,
  ...TIER_EVENTS,
  ...REWARD_EVENTS,
  ...TRANSFER_EVENTS,
  ...POOL_EVENTS,
  ...ADJUSTMENT_EVENTS,
  ...SEGMENT_EVENTS,
  ...RECORDED_EVENTS,
};

/** What is announced of the program itself. */
export const EVENTS_OF_PROGRAMS = {
  ...RULE_SET_EVENTS,
  ...SEGMENT_LIST_EVENTS,
  ...KEY_EVENTS,
  ...BULK_GRANT_EVENTS,
  ...COUPON_CODE_EVENTS,
  ...WEBHOOK_EVENTS,
};

/** Of every type so far. */
export const EVENT_VERSION = 1;

export type MemberEventType = keyof typeof EVENTS_OF_MEMBERS;
export type MemberEventData<T extends MemberEventType> = z.infer<(typeof EVENTS_OF_MEMBERS)[T]>;
export type ProgramEventType = keyof typeof EVENTS_OF_PROGRAMS;
export type ProgramEventData<T extends ProgramEventType> = z.infer<(typeof EVENTS_OF_PROGRAMS)[T]>;

export const EVENT_TYPES = [...Object.keys(EVENTS_OF_MEMBERS), ...Object.keys(EVENTS_OF_PROGRAMS)].sort();
