/** What an event is found by; of the program's own `memberKey` is 0. */
export type EventKey = { memberKey: number; version: number; n: number };

/** Of ids of events. Not every text of this shape is one. */
export const EVENT_ID_SHAPE = /^evt_([0-9a-z]{1,11})_(\d{1,16})_(\d{1,5})$/;

/** The public id of an event, the same for good; opaque to clients. */
export const eventId = ({ memberKey, version, n }: EventKey): string => `evt_${memberKey.toString(36)}_${version}_${n}`;

/** Null where no event can have this id. */
export function readEventId(id: string): EventKey | null {
  const [, memberKey = "", version, n] = EVENT_ID_SHAPE.exec(id) ?? [];
  const key = { memberKey: Number.parseInt(memberKey, 36), version: Number(version), n: Number(n) };
  return eventId(key) === id ? key : null;
}
