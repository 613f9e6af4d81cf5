import { createHmac } from "node:crypto";
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
  const keyFor = (use: string) => createHmac("sha256", secret).update(use).digest();
  const [codeKey, hashKey] = [keyFor("store-code"), keyFor("store-code-hash")];
  return {
    codeOf: ({ programId, memberId, redemptionId }) =>
      inGroups(
        readableCode(
          createHmac("sha256", codeKey)
            .update(JSON.stringify([programId, memberId, redemptionId]))
            .digest(),
          CODE_LENGTH,
        ),
      ),
    hashOf(programId, typed) {
      const code = readCode(typed, CODE_LENGTH);
      return code === null ? null : createHmac("sha256", hashKey).update(`${programId} ${code}`).digest("base64url");
    },
  };
}
