import type pg from "pg";
import { assert } from "../core/assert.ts";
import { canonicalHash } from "../core/canonical.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { Instant } from "../ledger/state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { CouponDefinition } from "../programs/coupon-definition.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { readSharedCode } from "./code.ts";
import { findCode, insertCode, type StoredCode } from "./code-store.ts";
import { couponDefinition, validityOf } from "./issue-coupon.ts";

/** What a request may say of when codes are valid; RFC 3339. */
export type AskedValidity = { validFrom?: string | undefined; validUntil?: string | undefined };

export type AskedCode = AskedValidity & { code: string; coupon: string; maxUses: number; maxUsesPerMember?: number | undefined };

/**
 * When codes are valid that are made at an instant: within what their coupon says, whose `validFor` counts from their start unless
 * the request names an end.
 * Errors: coupon_over where no time is left.
 */
export function validityOfCodes(
  definition: CouponDefinition,
  { validFrom, validUntil }: AskedValidity,
  { at, timeZone }: { at: Instant; timeZone: string },
): Pick<StoredCode, "validFrom" | "validUntil"> {
  // The whole second in which they are made: many carts say no milliseconds.
  const from = validFrom === undefined ? at - (at % 1000) : Date.parse(validFrom);
  const own = validUntil === undefined ? definition : { ...definition, validFor: undefined };
  const validity = validityOf(own, from, timeZone);
  const ends = [
    validity?.validUntil ?? Number.POSITIVE_INFINITY,
    validUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(validUntil),
  ];
  const end = Math.min(...ends);
  if (validity === null || end <= validity.validFrom) {
    throw new LoyaltyError("coupon_over", { coupon: definition.id, until: validUntil ?? definition.until ?? "" });
  }
  return { validFrom: validity.validFrom, validUntil: end === Number.POSITIVE_INFINITY ? null : end };
}

/** The coupon that codes are made of. Errors: request_invalid where the program has none of this id, or carts cannot use it. */
export function requireUsableCoupon(program: CompiledProgram, id: string): CouponDefinition {
  const definition = couponDefinition({ program }, id);
  if (definition === undefined) throw refuseField("request_invalid", "/coupon", `the program has no coupon ${id}`);
  if (definition.gives === undefined)
    throw refuseField("request_invalid", "/coupon", `carts cannot use the coupon ${id}: it gives nothing`);
  return definition;
}

/**
 * Makes a code that a shop has chosen, once: the same code with the same terms is answered as it stands.
 * Errors: request_invalid, coupon_over, id_reused where there is a code like it with other terms or of a batch.
 */
export async function createCode(
  pool: pg.Pool,
  { programId, program }: { programId: number; program: CompiledProgram },
  asked: AskedCode,
  at: Instant,
): Promise<{ stored: StoredCode; isReplay: boolean }> {
  const { code: typed, coupon, maxUses, maxUsesPerMember = null } = asked;
  const code = readSharedCode(typed);
  if (code === null) throw refuseField("request_invalid", "/code", "this can be no code");
  const requestHash = canonicalHash({ ...asked, code });
  return inProgram(pool, programId, async (tx) => {
    const former = await findCode(tx, programId, code);
    const isMade =
      former === undefined &&
      (await insertCode(tx, programId, { ...terms(), code, coupon, maxUses, maxUsesPerMember, createdAt: at, requestHash }));
    const stored = former ?? (await findCode(tx, programId, code));
    assert(stored, "a code that was made or stood in the way is there");
    if (isMade) await insertProgramEvent(tx, programId, { type: "coupon_code.created", data: { coupon, code }, occurredAt: new Date(at) });
    if (stored.requestHash !== requestHash) throw new LoyaltyError("id_reused", { id: code });
    return { stored, isReplay: !isMade };
  });

  function terms() {
    return validityOfCodes(requireUsableCoupon(program, coupon), asked, { at, timeZone: program.definition.timeZone });
  }
}
