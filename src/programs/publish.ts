import { setImmediate as nextTurn } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { assert } from "../core/assert.ts";
import { canonicalHash } from "../core/canonical.ts";
import { type InputProblem, LoyaltyError, refuseField } from "../core/errors.ts";
import { enterProgram, inProgram, NO_PROGRAM } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { compileProgram } from "./compile.ts";
import type { ProgramDefinition } from "./definition.ts";
import { diffPrograms } from "./diff.ts";
import { runTestCases } from "./run-test-cases.ts";
import { selectRuleSet, selectWallets, type WalletRow } from "./store.ts";
import { programs, ruleSets, wallets } from "./tables.ts";

export type Publication = {
  definition: ProgramDefinition;
  publishedBy: string;
  publishedAt: Date;
  /** The version that the caller has seen; another one in force is refused. */
  expectedVersion?: number | undefined;
  /** Only says what would change. */
  dryRun: boolean;
};

/** What the transaction did. `version` is the one in force afterwards; 0, like `programId`, after a dry run of a program that does not exist. */
type Written = { programId: number; version: number; changes: string[]; applied: boolean };

/** `testCases` is how many the definition carries; all have passed. */
export type Published = Written & { testCases: number };

/**
 * Publishes a definition as the next version of its program, in one transaction. The definition in force again changes nothing.
 * A program with `programId` 0 is created.
 * Errors: etag_mismatch; program_invalid at each expectation that a test case does not get, and at /wallets when a wallet is
 *         dropped or the first one changes. Nothing is written.
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
  await tx.query(enterProgram(created.program_id));
  return created.program_id;
}

async function publishIn(tx: pg.PoolClient, programId: number, publication: Publication): Promise<Written> {
  const { definition, expectedVersion, dryRun, publishedAt, publishedBy } = publication;
  const db = drizzle({ client: tx });
  const [row] = await db.select({ version: programs.version }).from(programs).where(eq(programs.programId, programId)).for("update");
  const inForce = row?.version ?? 0;
  if (expectedVersion !== undefined && expectedVersion !== inForce) throw new LoyaltyError("etag_mismatch", { version: inForce });

  const [before] = await selectRuleSet(tx, programId, inForce);
  const hash = canonicalHash(definition);
  if (before?.hash === hash) return { programId, version: inForce, changes: [], applied: false };

  if (before) refuseFixedChanges(before.definition, definition);
  const added = addedWallets(definition, await selectWallets(tx, programId));
  const changes = diffPrograms(before?.definition, definition);
  if (dryRun) return { programId, version: inForce, changes, applied: false };

  const version = inForce + 1;
  if (added.length > 0) await db.insert(wallets).values(added.map((wallet) => ({ programId, ...wallet })));
  await db.insert(ruleSets).values({ programId, version, definition, hash, publishedAt, publishedBy });
  await db.update(programs).set({ version }).where(eq(programs.programId, programId));
  return { programId, version, changes, applied: true };
}

/** What amounts are counted in, and which local day an order belongs to, is written into every row: neither may change. */
function refuseFixedChanges(before: ProgramDefinition, after: ProgramDefinition): void {
  for (const field of ["currency", "timeZone"] as const) {
    if (before[field] !== after[field]) throw refuseField("program_invalid", `/${field}`, `It is ${before[field]} for good`);
  }
}

/** Numbers for the wallets that are new. Members hold points in those there are, and the first one is their lock: neither may go. */
function addedWallets(definition: ProgramDefinition, present: readonly WalletRow[]): WalletRow[] {
  const ids = new Set(definition.wallets.map(({ id }) => id));
  const [first] = present;
  if (first && definition.wallets[0]?.id !== first.id) {
    throw refuseField("program_invalid", "/wallets/0/id", `The first wallet is "${first.id}" for good`);
  }
  const dropped = present.find(({ id }) => !ids.has(id));
  if (dropped) throw refuseField("program_invalid", "/wallets", `The wallet "${dropped.id}" cannot be dropped`);

  const known = new Set(present.map(({ id }) => id));
  const highest = Math.max(0, ...present.map(({ wallet }) => wallet));
  return [...ids].filter((id) => !known.has(id)).map((id, index) => ({ wallet: highest + 1 + index, id }));
}
