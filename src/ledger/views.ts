import type { z } from "zod";
import { assert } from "../core/assert.ts";
import { refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { findMemberKey } from "../members/store.ts";
import { ACCOUNT_NAMES, ENTRY_KIND_NAMES, SOURCE_KIND_NAMES } from "./accounts.ts";
import type { ReadDeps } from "./read-deps.ts";
import { type StoredLot, toInstant } from "./rows.ts";
import type { EntrySchema, LotSchema } from "./schemas.ts";
import { type Instant, isoOrNull } from "./state.ts";
import { listEntries, listLots, type StoredEntry } from "./store.ts";

type EntryView = z.output<typeof EntrySchema>;
type LotView = z.output<typeof LotSchema>;
type WalletNames = ReadonlyMap<number, string>;

/** Lots go by member and sequence number; outside they have one opaque name. */
const lotId = (memberKey: number, seq: number | string): string => `lot_${memberKey.toString(36)}_${seq}`;

function nameOf<Name extends string>(names: ReadonlyMap<number, Name>, code: number): Name {
  const name = names.get(code);
  assert(name !== undefined, `the stored code ${code} has a name`);
  return name;
}

function sourceView(memberKey: number, row: { source_kind: number; source_id: string }): EntryView["source"] {
  const kind = nameOf(SOURCE_KIND_NAMES, row.source_kind);
  // What the clock does it does to a lot, which the ledger names by its sequence number.
  const isOfLot = kind === "activation" || kind === "expiry";
  return { kind, id: isOfLot ? lotId(memberKey, row.source_id) : row.source_id };
}

export function entryView(row: StoredEntry, memberKey: number, wallets: WalletNames): EntryView {
  return {
    seq: row.seq,
    wallet: nameOf(wallets, row.wallet),
    kind: nameOf(ENTRY_KIND_NAMES, row.kind),
    from: nameOf(ACCOUNT_NAMES, row.from_account),
    to: nameOf(ACCOUNT_NAMES, row.to_account),
    points: row.points,
    availableAfter: row.available_after,
    source: sourceView(memberKey, row),
    ruleSet: row.rule_set,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
  };
}

function statusOf(remaining: number, expired: number, isPending: boolean): LotView["status"] {
  if (remaining === 0) return expired > 0 ? "expired" : "used";
  return isPending ? "pending" : "available";
}

/** A lot at `now`: what the clock has done to it is shown whether it was booked or not, as balances do. */
export function lotView(row: StoredLot, wallets: WalletNames, now: Instant): LotView {
  const [availableAt, expiresAt] = [toInstant(row.available_at), toInstant(row.expires_at)];
  const expiring = expiresAt <= now ? row.remaining - row.held : 0;
  const remaining = row.remaining - expiring;
  const expired = row.expired + expiring;
  return {
    id: lotId(row.member_key, row.seq),
    wallet: nameOf(wallets, row.wallet),
    granted: row.granted,
    remaining,
    held: row.held,
    clawedBack: row.clawed_back,
    expired,
    status: statusOf(remaining, expired, row.is_pending && availableAt > now),
    source: sourceView(row.member_key, row),
    earnedAt: row.occurred_at.toISOString(),
    availableAt: isoOrNull(availableAt),
    expiresAt: isoOrNull(expiresAt),
  };
}

/** Which page of a member's ledger; `before` is the last sequence number of the page before. */
export type LedgerQuery = { wallet?: string | undefined; before: number | undefined; limit: number };
export type Numbered<View> = { seq: number; view: View };

async function walletsOfQuery(deps: ReadDeps, { programId }: ProgramContext, wallet: string | undefined) {
  const { byId, byNumber } = await deps.programs.walletNumbers(programId);
  const number = wallet === undefined ? null : byId.get(wallet);
  if (number === undefined) throw refuseField("request_invalid", "/query/wallet", `The program has no wallet ${wallet}`);
  return { number, byNumber };
}

/** Errors: member_not_found; request_invalid for a wallet that the program does not have. */
export async function readEntries(
  deps: ReadDeps,
  program: ProgramContext,
  memberId: string,
  { wallet, before, limit }: LedgerQuery,
): Promise<Numbered<EntryView>[]> {
  const { number, byNumber } = await walletsOfQuery(deps, program, wallet);
  return inProgram(deps.pool, program.programId, async (tx) => {
    const memberKey = await findMemberKey(tx, program.programId, memberId);
    const rows = await listEntries(tx, program.programId, { memberKey, wallet: number, before: before ?? null, limit });
    return rows.map((row) => ({ seq: row.seq, view: entryView(row, memberKey, byNumber) }));
  });
}

/** Errors: member_not_found; request_invalid for a wallet that the program does not have. */
export async function readLots(
  deps: ReadDeps,
  program: ProgramContext,
  memberId: string,
  { wallet, before, limit, all }: LedgerQuery & { all: boolean },
): Promise<Numbered<LotView>[]> {
  const { number, byNumber } = await walletsOfQuery(deps, program, wallet);
  const now = deps.now();
  return inProgram(deps.pool, program.programId, async (tx) => {
    const memberKey = await findMemberKey(tx, program.programId, memberId);
    const page = { memberKey, wallet: number, before: before ?? null, limit, openAt: all ? null : now };
    const rows = await listLots(tx, program.programId, page);
    return rows.map((row) => ({ seq: row.seq, view: lotView(row, byNumber, now.getTime()) }));
  });
}
