import { keyedHash } from "../core/keyed-hash.ts";
import { inGroups, readableCode, readCode } from "../core/readable-code.ts";

/** A check character and 11 others: about 53 bits that nobody can guess. */
const CODE_LENGTH = 12;

export interface StoreCodes {
  /** The code of a redemption: the same again for the same redemption, so that it need not be kept to be answered again. */
  codeOf(redemption: { programId: number; memberId: string; redemptionId: string }): string;
  /** What is kept of a code, however it was typed; null where it is none of ours. */
  hashOf(programId: number, typed: string): string | null;
}

/** One-time codes for the store, made from the secret: instances that share it take each other's, and the database alone tells none. */
export function createStoreCodes(secret: string): StoreCodes {
  const [digestOf, keptOf] = [keyedHash(secret, "store-code"), keyedHash(secret, "store-code-hash")];
  return {
    codeOf: ({ programId, memberId, redemptionId }) =>
      inGroups(readableCode(digestOf(JSON.stringify([programId, memberId, redemptionId])), CODE_LENGTH)),
    hashOf(programId, typed) {
      const code = readCode(typed, CODE_LENGTH);
      return code === null ? null : keptOf(`${programId} ${code}`).toString("base64url");
    },
  };
}
