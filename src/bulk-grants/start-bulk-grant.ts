import type pg from "pg";
import { canonicalHash } from "../core/canonical.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { validityOf } from "../coupons/issue-coupon.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { memberKeysOf } from "../segments/store.ts";
import type { BulkGift, BulkGrantView, Recipients } from "./bulk-grant.ts";
import { bulkGrantView } from "./bulk-grant-view.ts";
import { pageOfRecipients, type RecipientPage } from "./recipients-store.ts";
import { findBulkGrant, insertBulkGrant } from "./store.ts";

/** So many of the ids that nobody has are named; the rest is counted. */
const NAMED_MAX = 10;
/** Members that one statement of a count looks at. */
const COUNTED_AT_ONCE = 2000;

/** A bulk grant as it is asked for. `keyId` is that of the key the request came with. */
export type AskedBulkGrant = { id: string; reason: string; actor?: string | undefined; to: Recipients; give: BulkGift; keyId: string };

/** Errors: request_invalid (no such wallet or coupon), coupon_over. */
function checkGift({ points, coupon: id }: BulkGift, { wallets, coupons = [], timeZone }: ProgramDefinition, now: number): void {
  if (points !== undefined && !wallets.some((wallet) => wallet.id === points.wallet)) {
    throw refuseField("request_invalid", "/give/points/wallet", `the program has no wallet ${points.wallet}`);
  }
  if (id === undefined) return;
  const coupon = coupons.find((candidate) => candidate.id === id);
  if (coupon === undefined) throw refuseField("request_invalid", "/give/coupon", `the program has no coupon ${id}`);
  if (validityOf(coupon, now, timeZone) === null) throw new LoyaltyError("coupon_over", { coupon: id, until: coupon.until ?? "" });
}

/** Errors: request_invalid (no such segment, a period that has not ended), members_unknown with the first of the ids that nobody has. */
async function checkRecipients(tx: pg.ClientBase, programId: number, { segment, memberIds, buyersOf }: Recipients, now: number) {
  if (buyersOf !== undefined && Date.parse(buyersOf.to) > now) {
    throw refuseField("request_invalid", "/to/buyersOf/to", "lies in the future: who is still to buy would be left out");
  }
  if (segment !== undefined) {
    const { rowCount } = await tx.query("select from segments where program_id = $1 and segment_id = $2", [programId, segment]);
    if (rowCount === 0) throw refuseField("request_invalid", "/to/segment", `the program has no segment ${segment}`);
  }
  if (memberIds === undefined) return;
  const known = await memberKeysOf(tx, programId, memberIds);
  const unknown = memberIds.flatMap((id, index) =>
    known.has(id)
      ? []
      : [{ pointer: `/to/memberIds/${index}`, code: "members_unknown", detail: `the program has no member "${id}"` } as const],
  );
  if (unknown.length > 0) throw new LoyaltyError("members_unknown", { unknown: unknown.length }, unknown.slice(0, NAMED_MAX));
}

/**
 * Keeps a bulk grant for the job to give. The same again answers how far it is.
 * Errors: id_reused, request_invalid, members_unknown, coupon_over; nothing is kept.
 */
export async function startBulkGrant(
  { pool, programs, now }: ReadDeps,
  { programId }: ProgramContext,
  { keyId, ...asked }: AskedBulkGrant,
): Promise<{ grant: BulkGrantView; replayed: boolean }> {
  const { definition } = await programs.current(programId);
  const { id, reason, actor = keyId, to, give } = asked;
  const hash = canonicalHash(asked);
  const at = now();
  return inProgram(pool, programId, async (tx) => {
    const isNew = await insertBulkGrant(tx, programId, { id, hash, reason, actor, keyId, recipients: to, gives: give, at });
    const grant = await findBulkGrant(tx, programId, id);
    if (!isNew && grant.hash !== hash) throw new LoyaltyError("id_reused", { id });
    if (isNew) {
      checkGift(give, definition, at.getTime());
      await checkRecipients(tx, programId, to, at.getTime());
      await insertProgramEvent(tx, programId, { type: "bulk_grant.started", data: { bulkGrantId: id }, occurredAt: at });
    }
    return { grant: bulkGrantView(grant), replayed: !isNew };
  });
}

/**
 * What a bulk grant would be for now: looks at all members, page by page, and keeps nothing.
 * Errors: as `startBulkGrant`, but for id_reused.
 */
export async function tryBulkGrant(
  { pool, programs, now }: ReadDeps,
  { programId }: ProgramContext,
  { id, reason, keyId, actor = keyId, to, give }: AskedBulkGrant,
): Promise<BulkGrantView> {
  const { definition } = await programs.current(programId);
  const at = now();
  checkGift(give, definition, at.getTime());
  await inProgram(pool, programId, (tx) => checkRecipients(tx, programId, to, at.getTime()));
  const pageAfter = (after: number): Promise<RecipientPage> =>
    inProgram(pool, programId, (tx) => pageOfRecipients(tx, programId, to, { after, limit: COUNTED_AT_ONCE }));
  let page = await pageAfter(0);
  let members = page.recipients.length;
  while (page.through !== null) {
    page = await pageAfter(page.through);
    members += page.recipients.length;
  }
  const createdAt = at.toISOString();
  return { id, status: "dry_run", reason, actor, to, give, granted: 0, refused: 0, members, createdAt, endedAt: null };
}
