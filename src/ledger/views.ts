import type pg from "pg";
import type { z } from "zod";
import { refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { findMemberKey } from "../members/store.ts";
import { ACCOUNT_NAMES, ENTRY_KIND_NAMES, ENTRY_KINDS, type EntryKind } from "./accounts.ts";
import { provenanceOf } from "./provenance.ts";
import type { ReadDeps } from "./read-deps.ts";
import { toInstant } from "./rows.ts";
import type { EntrySchema, LotSchema } from "./schemas.ts";
import { type Instant, isoOrNull } from "./state.ts";
import { type EntryFilters, type ListedEntry, listEntries, listLots, type StoredEntry, type StoredLotOrigin } from "./store.ts";
import { lotId, nameOf, storedSourceView } from "./stored-names.ts";

type EntryView = z.output<typeof EntrySchema>;
type LotView = z.output<typeof LotSchema>;
type WalletNames = ReadonlyMap<number, string>;

/** What a row of `entries` says by itself. */
export function movementView(row: StoredEntry, memberKey: number, wallets: WalletNames): Omit<EntryView, "lotUses" | "reason" | "actor"> {
  return {
    seq: row.seq,
    wallet: nameOf(wallets, row.wallet),
    kind: nameOf(ENTRY_KIND_NAMES, row.kind),
    from: nameOf(ACCOUNT_NAMES, row.from_account),
    to: nameOf(ACCOUNT_NAMES, row.to_account),
    points: row.points,
    availableAfter: row.available_after,
    source: storedSourceView(memberKey, row),
    ruleSet: row.rule_set,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
  };
}

function entryView(row: ListedEntry, memberKey: number, wallets: WalletNames): EntryView {
  return {
    ...movementView(row, memberKey, wallets),
    lotUses: (row.uses ?? []).map(({ lot, points }) => ({ lot: lotId(memberKey, lot), points })),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.actor !== null && { actor: row.actor }),
  };
}

function statusOf(remaining: number, expired: number, isPending: boolean): LotView["status"] {
  if (remaining === 0) return expired > 0 ? "expired" : "used";
  return isPending ? "pending" : "available";
}

/** A lot at `now`: what the clock has done to it is shown whether it was booked or not, as balances do. */
export function lotView(row: StoredLotOrigin, wallets: WalletNames, now: Instant): LotView {
  const [availableAt, expiresAt] = [toInstant(row.available_at), toInstant(row.expires_at)];
  const expiring = expiresAt <= now ? row.remaining - row.held : 0;
  const remaining = row.remaining - expiring;
  const expired = row.expired + expiring;
  const wallet = nameOf(wallets, row.wallet);
  return {
    id: lotId(row.member_key, row.seq),
    wallet,
    granted: row.granted,
    remaining,
    held: row.held,
    clawedBack: row.clawed_back,
    expired,
    status: statusOf(remaining, expired, row.is_pending && availableAt > now),
    source: storedSourceView(row.member_key, row),
    provenance: provenanceOf({ wallet, rule: row.rule }, row.rule_set, row.accruals),
    earnedAt: row.occurred_at.toISOString(),
    availableAt: isoOrNull(availableAt),
    expiresAt: isoOrNull(expiresAt),
  };
}

/** Which page of a member's ledger; `before` is the last sequence number of the page before. */
export type LedgerQuery = { wallet?: string | undefined; before: number | undefined; limit: number };
export type EntriesQuery = LedgerQuery & Omit<EntryFilters, "kind"> & { kind?: EntryKind | undefined };
export type Numbered<View> = { seq: number; view: View };

/** Errors: request_invalid for a wallet that the program does not have. */
export async function walletsOfQuery(deps: ReadDeps, programId: number, wallet: string | undefined) {
  const { byId, byNumber } = await deps.programs.walletNumbers(programId);
  const number = wallet === undefined ? null : byId.get(wallet);
  if (number === undefined) throw refuseField("request_invalid", "/query/wallet", `The program has no wallet ${wallet}`);
  return { number, byNumber };
}

/** Errors: member_not_found; request_invalid for a wallet that the program does not have. */
export const readEntries = (
  deps: ReadDeps,
  program: ProgramContext,
  memberId: string,
  query: EntriesQuery,
): Promise<Numbered<EntryView>[]> => readEntriesOf(deps, program, (tx) => findMemberKey(tx, program.programId, memberId), query);

/** The same of the key that `findKey` answers. Errors: those of `findKey`; request_invalid for a wallet that the program does not have. */
export async function readEntriesOf(
  deps: ReadDeps,
  program: ProgramContext,
  findKey: (tx: pg.ClientBase) => Promise<number>,
  { wallet, before, limit, kind, ...filters }: EntriesQuery,
): Promise<Numbered<EntryView>[]> {
  const { number, byNumber } = await walletsOfQuery(deps, program.programId, wallet);
  return inProgram(deps.pool, program.programId, async (tx) => {
    const memberKey = await findKey(tx);
    const page = { memberKey, wallet: number, before: before ?? null, limit };
    const kindCode = kind === undefined ? undefined : ENTRY_KINDS[kind];
    const rows = await listEntries(tx, program.programId, { ...page, filters: { ...filters, kind: kindCode } });
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
  const { number, byNumber } = await walletsOfQuery(deps, program.programId, wallet);
  const now = deps.now();
  return inProgram(deps.pool, program.programId, async (tx) => {
    const memberKey = await findMemberKey(tx, program.programId, memberId);
    const page = { memberKey, wallet: number, before: before ?? null, limit, openAt: all ? null : now };
    const rows = await listLots(tx, program.programId, page);
    return rows.map((row) => ({ seq: row.seq, view: lotView(row, byNumber, now.getTime()) }));
  });
}
