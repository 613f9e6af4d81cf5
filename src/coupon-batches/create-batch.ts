import { canonicalHash } from "../core/canonical.ts";
import { LoyaltyError } from "../core/errors.ts";
import { type AskedValidity, requireUsableCoupon, validityOfCodes } from "../coupons/create-code.ts";
import { inProgram } from "../db/transaction.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import type { CouponBatch } from "./batch.ts";
import { findBatch, insertBatch, type NewBatch, readBatch } from "./store.ts";
import { type WriteChunkDeps, writeChunk } from "./write-chunk.ts";

export type AskedBatch = AskedValidity & {
  id: string;
  coupon: string;
  /** How many are generated; absent: they are imported. */
  codes?: number | undefined;
  prefix?: string | undefined;
  maxUses: number;
  maxUsesPerMember?: number | undefined;
};

/** Errors: request_invalid (no such coupon, or none that carts can use), coupon_over. */
function newBatch(program: CompiledProgram, asked: AskedBatch, at: Date): Omit<NewBatch, "requestHash"> {
  const { id, coupon, codes = null, prefix = "", maxUses, maxUsesPerMember = null } = asked;
  const definition = requireUsableCoupon(program, coupon);
  const createdAt = at.getTime();
  const validity = validityOfCodes(definition, asked, { at: createdAt, timeZone: program.definition.timeZone });
  return { id, coupon, kind: codes === null ? "imported" : "generated", prefix, maxUses, maxUsesPerMember, codes, createdAt, ...validity };
}

/**
 * Makes a batch once: the same id with the same terms is answered as it stands. The first codes of a generated one are written at once,
 * so that a small batch is ready with the answer; the job writes the rest of a large one.
 * Errors: request_invalid, coupon_over, id_reused.
 */
export async function createBatch(
  deps: WriteChunkDeps,
  { programId, program }: { programId: number; program: CompiledProgram },
  asked: AskedBatch,
  at: Date,
): Promise<{ batch: CouponBatch; isReplay: boolean }> {
  const { pool } = deps;
  const requestHash = canonicalHash(asked);
  const { batch, isReplay } = await inProgram(pool, programId, async (tx) => {
    const former = await readBatch(tx, programId, asked.id);
    const isMade = former === undefined && (await insertBatch(tx, programId, { ...newBatch(program, asked, at), requestHash }));
    const data = { batchId: asked.id, coupon: asked.coupon };
    if (isMade) await insertProgramEvent(tx, programId, { type: "coupon_batch.created", data, occurredAt: at });
    return { batch: former ?? (await findBatch(tx, programId, asked.id)), isReplay: !isMade };
  });
  if (batch.requestHash !== requestHash) throw new LoyaltyError("id_reused", { id: asked.id });
  if (isReplay || batch.kind === "imported") return { batch, isReplay };
  await writeChunk(deps, programId, asked.id, at);
  return { batch: await inProgram(pool, programId, (tx) => findBatch(tx, programId, asked.id)), isReplay };
}
