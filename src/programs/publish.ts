import { setImmediate as nextTurn } from "node:timers/promises";
import type pg from "pg";
import { assert } from "../core/assert.ts";
import { canonicalHash } from "../core/canonical.ts";
import { type InputProblem, LoyaltyError, refuseField } from "../core/errors.ts";
import { enterProgram, inProgram, NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { type AffectedTier, changedTiers, countAffected, reviewAtOnce } from "./affected-members-store.ts";
import { compileProgram } from "./compile.ts";
import type { ProgramDefinition } from "./definition.ts";
import { diffPrograms } from "./diff.ts";
import { refuseUnlessFollows, refuseUnlessLeadsTo } from "./fits-between.ts";
import { insertProgramEvent } from "./program-events.ts";
import { runTestCases } from "./run-test-cases.ts";
import { lockProgram, selectRuleSet, selectTimeline, selectWallets, type WalletRow } from "./store.ts";
import { comingAfter, type ScheduledVersion, versionAt } from "./timeline.ts";

export type Publication = {
  definition: ProgramDefinition;
  publishedBy: string;
  publishedAt: Date;
  /** When it comes into force by itself; without it at once. */
  effectiveAt?: Date | undefined;
  /** The version that the caller has seen; another one in force is refused. */
  expectedVersion?: number | undefined;
  /** When members move whose tier is dropped, or reached or kept in another way. */
  members?: "next_review" | "at_once" | undefined;
  /** Only says what would change. */
  dryRun: boolean;
};

/**
 * What the transaction did. `version` is the published one; where nothing was published it is the one that is in force
 * then, 0 (like `programId`) after a dry run of a program that does not exist. `inForce` is the one in force now.
 */
type Written = {
  programId: number;
  version: number;
  inForce: number;
  changes: string[];
  /** Members whose tier is dropped, or reached or kept in another way; absent where there are none. */
  affected?: AffectedTier[];
  applied: boolean;
  /** All that is still to come, this version included. */
  scheduled: readonly ScheduledVersion[];
};

/** `testCases` is how many the definition carries; all have passed. */
export type Published = Written & { testCases: number };

/**
 * Publishes a definition as the next version of its program, in one transaction: for now, or for an instant to come. The definition
 * that is in force then already changes nothing. What is scheduled stays scheduled. A program with `programId` 0 is created.
 * Errors: etag_mismatch; request_invalid for an instant that has passed; program_invalid at each expectation that a test case
 *         does not get, and where it does not go with the version before it or a scheduled one after it. Nothing is written.
 */
export async function publish(pool: pg.Pool, program: ProgramContext, publication: Publication): Promise<Published> {
  const testCases = await passTestCases(publication.definition);
  const written = await inProgram(pool, program.programId, async (tx) => {
    const isNew = program.programId === NO_PROGRAM;
    const programId = isNew && !publication.dryRun ? await createProgram(tx, program.id) : program.programId;
    return publishIn(tx, programId, publication);
  });
  return { ...written, testCases };
}

/** How many test cases there are. Other requests take their turns between them. */
async function passTestCases(definition: ProgramDefinition): Promise<number> {
  const problems: InputProblem[] = [];
  let count = 0;
  for (const failures of runTestCases(compileProgram(definition, 0))) {
    problems.push(...failures);
    count += 1;
    await nextTurn();
  }
  if (problems.length > 0) throw new LoyaltyError("program_invalid", { problems: problems.length }, problems);
  return count;
}

/** Of two that create a program at once the second waits here and then finds the first one's. */
async function createProgram(tx: pg.PoolClient, id: string): Promise<number> {
  const { rows } = await tx.query<{ program_id: number }>("select loyalty_create_program($1) as program_id", [id]);
  const [created] = rows;
  assert(created, "a program is created or found");
  await tx.query(enterProgram(tx, created.program_id));
  return created.program_id;
}

async function publishIn(tx: pg.PoolClient, programId: number, publication: Publication): Promise<Written> {
  const { definition, expectedVersion, dryRun, publishedAt, publishedBy, effectiveAt } = publication;
  const program = await lockProgram(tx, programId);
  const timeline = await selectTimeline(tx, programId);
  const inForce = versionAt(timeline, publishedAt) ?? 0;
  if (expectedVersion !== undefined && expectedVersion !== inForce) throw new LoyaltyError("etag_mismatch", { version: inForce });
  if (effectiveAt !== undefined && effectiveAt <= publishedAt) throw refuseField("request_invalid", "/query/at", "This time has passed");

  const highest = await highestVersion(tx, programId);
  const isTest = definition.test ?? false;
  if (highest > 0 && isTest !== program?.isTest) {
    throw refuseField("program_invalid", "/test", isTest ? "A program that was none at first is no test" : "A test stays one for good");
  }

  const at = effectiveAt ?? publishedAt;
  const former = versionAt(timeline, at) ?? 0;
  const before = await selectRuleSet(tx, programId, former);
  const hash = canonicalHash(definition);
  const scheduled = comingAfter(timeline, publishedAt);
  if (before?.hash === hash) return { programId, version: former, inForce, changes: [], applied: false, scheduled };

  if (before) refuseUnlessFollows(before.definition, definition);
  for (const next of comingAfter(timeline, at)) {
    const after = await selectRuleSet(tx, programId, next.version);
    if (after) refuseUnlessLeadsTo({ ...next, definition: after.definition }, definition);
  }
  const added = addedWallets(definition, await selectWallets(tx, programId));
  const changes = diffPrograms(before?.definition, definition);
  const tiers = before ? changedTiers(before.definition, definition) : new Map<string, AffectedTier["change"]>();
  const counted = await countAffected(tx, programId, tiers);
  const affected = counted.length === 0 ? {} : { affected: counted };
  if (dryRun) return { programId, version: former, inForce, changes, ...affected, applied: false, scheduled };

  const version = highest + 1;
  await tx.query("insert into wallets (program_id, wallet, id) select $1, * from unnest($2::smallint[], $3::text[])", [
    programId,
    added.map(({ wallet }) => wallet),
    added.map(({ id }) => id),
  ]);
  await tx.query(
    `insert into rule_sets (program_id, version, definition, hash, published_at, published_by, effective_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [programId, version, JSON.stringify(definition), hash, publishedAt, publishedBy, effectiveAt ?? null],
  );
  if (highest === 0 && isTest) await tx.query("update programs set is_test = true where program_id = $1", [programId]);
  if (effectiveAt === undefined) {
    await tx.query("update programs set version = $2, in_force_since = $3 where program_id = $1", [programId, version, publishedAt]);
  }
  await insertProgramEvent(tx, programId, {
    type: effectiveAt === undefined ? "rule_set.published" : "rule_set.scheduled",
    data: { version, effectiveAt: at.toISOString(), publishedBy },
    occurredAt: publishedAt,
  });
  if (publication.members === "at_once" && counted.length > 0) await reviewAtOnce(tx, programId, [...tiers.keys()], at);
  const applied = { programId, version, changes, ...affected, applied: true };
  if (effectiveAt === undefined) return { ...applied, inForce: version, scheduled };
  return { ...applied, inForce, scheduled: comingAfter(await selectTimeline(tx, programId), publishedAt) };
}

/** 0 before the first. Numbers of cancelled versions stay used. */
async function highestVersion(tx: pg.PoolClient, programId: number): Promise<number> {
  const { rows } = await tx.query<{ highest: number }>("select coalesce(max(version), 0) as highest from rule_sets where program_id = $1", [
    programId,
  ]);
  return rows[0]?.highest ?? 0;
}

/** Numbers for the wallets that are new. The first one is the members' lock: it never changes. */
function addedWallets(definition: ProgramDefinition, present: readonly WalletRow[]): WalletRow[] {
  const ids = new Set(definition.wallets.map(({ id }) => id));
  const [first] = present;
  if (first && definition.wallets[0]?.id !== first.id) {
    throw refuseField("program_invalid", "/wallets/0/id", `The first wallet is "${first.id}" for good`);
  }

  const known = new Set(present.map(({ id }) => id));
  const highest = Math.max(0, ...present.map(({ wallet }) => wallet));
  return [...ids].filter((id) => !known.has(id)).map((id, index) => ({ wallet: highest + 1 + index, id }));
}
