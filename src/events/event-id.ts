/** The public id of an event, the same for good; opaque to clients. Of the program's own events `memberKey` is 0. */
export const eventId = (memberKey: number, version: number, n: number): string => `evt_${memberKey.toString(36)}_${version}_${n}`;
