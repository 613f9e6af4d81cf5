import { assert } from "../core/assert.ts";
import { SOURCE_KIND_NAMES, type SourceKind } from "./accounts.ts";

/** The name that a stored code stands for. */
export function nameOf<Name extends string>(names: ReadonlyMap<number, Name>, code: number): Name {
  const name = names.get(code);
  assert(name !== undefined, `the stored code ${code} has a name`);
  return name;
}

/** Lots go by member and sequence number; outside they have one opaque name. */
export const lotId = (memberKey: number, seq: number | string): string => `lot_${memberKey.toString(36)}_${seq}`;

/** What caused a movement or a lot. What the clock does it does to a lot, which the ledger names by its sequence number. */
export function sourceView(memberKey: number, kind: SourceKind, id: string): { kind: SourceKind; id: string } {
  const isOfLot = kind === "activation" || kind === "expiry";
  return { kind, id: isOfLot ? lotId(memberKey, id) : id };
}

export const storedSourceView = (memberKey: number, row: { source_kind: number; source_id: string }): { kind: SourceKind; id: string } =>
  sourceView(memberKey, nameOf(SOURCE_KIND_NAMES, row.source_kind), row.source_id);
