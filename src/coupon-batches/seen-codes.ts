import { hash } from "node:crypto";

/** 12 MB of fingerprints in 16 MB of slots. Codes that come after so many others are not noted. */
const NOTED_MAX = 1_572_864;
const SLOTS_FIRST = 1_024;
/** How full the slots may be before there are twice as many, so that a free one is near. */
const FILLED_MAX = 0.75;

/** Never 0, which is a free slot. */
const fingerprintOf = (code: string): bigint => hash("sha1", code, "buffer").readBigUInt64LE() || 1n;

/**
 * Which codes a file has named, in memory that has a bound: 64 bits of a hash for each. So two codes are taken for one about once in
 * ten million files of a million codes; whoever asks must not lose a code by it.
 */
export class SeenCodes {
  #slots = new BigUint64Array(SLOTS_FIRST);
  #noted = 0;

  /** Notes a code. True where it was noted before. */
  add(code: string): boolean {
    const fingerprint = fingerprintOf(code);
    const slot = slotOf(this.#slots, fingerprint);
    if (this.#slots[slot] === fingerprint) return true;
    if (this.#noted === NOTED_MAX) return false;
    this.#slots[slot] = fingerprint;
    this.#noted += 1;
    if (this.#noted > this.#slots.length * FILLED_MAX) this.#grow();
    return false;
  }

  #grow(): void {
    const former = this.#slots;
    this.#slots = new BigUint64Array(former.length * 2);
    for (const fingerprint of former) if (fingerprint !== 0n) this.#slots[slotOf(this.#slots, fingerprint)] = fingerprint;
  }
}

/** Where a fingerprint stands, or the free slot that it gets. The number of slots is a power of two, and one of them is free. */
function slotOf(slots: BigUint64Array, fingerprint: bigint): number {
  const mask = slots.length - 1;
  let slot = Number(fingerprint & BigInt(mask));
  while (slots[slot] !== 0n && slots[slot] !== fingerprint) slot = (slot + 1) & mask;
  return slot;
}
