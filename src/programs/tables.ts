import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, json, pgTable, primaryKey, smallint, text, timestamp } from "drizzle-orm/pg-core";
import type { ProgramDefinition } from "./definition.ts";

/** One loyalty programme of one merchant: the tenant. */
export const programs = pgTable("programs", {
  programId: integer("program_id").primaryKey().generatedByDefaultAsIdentity(),
  id: text("id").notNull(),
  /** The rule set that was published at once last; null until then. A scheduled one may have come after it. */
  version: integer("version"),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  /** Since when `version` is; scheduled versions with a later time come after it. */
  inForceSince: timestamp("in_force_since", { withTimezone: true }),
  /** Number of the program's last event of its own. */
  eventSeq: bigint("event_seq", { mode: "number" }).notNull().default(0),
  /** Its time can be set. Said by the first version. */
  isTest: boolean("is_test").notNull().default(false),
  /** Null: its time is that of the clock. */
  testNow: timestamp("test_now", { withTimezone: true }),
});

/** One published version of a program's file. Immutable. */
export const ruleSets = pgTable(
  "rule_sets",
  {
    programId: integer("program_id").notNull(),
    version: integer("version").notNull(),
    definition: json("definition").$type<ProgramDefinition>().notNull(),
    hash: text("hash").notNull(),
    publishedAt: timestamp("published_at", { withTimezone: true }).notNull().defaultNow(),
    publishedBy: text("published_by").notNull(),
    /** When it comes into force by itself; null is at once. */
    effectiveAt: timestamp("effective_at", { withTimezone: true }),
  },
  (ruleSet) => [
    primaryKey({ name: "rule_sets_pkey", columns: [ruleSet.programId, ruleSet.version] }),
    index("rule_sets_scheduled_idx").on(ruleSet.programId, ruleSet.effectiveAt).where(sql`effective_at is not null`),
  ],
);

/** A version that was scheduled and will not come into force. */
export const ruleSetCancellations = pgTable(
  "rule_set_cancellations",
  {
    programId: integer("program_id").notNull(),
    version: integer("version").notNull(),
    cancelledAt: timestamp("cancelled_at", { withTimezone: true }).notNull(),
    cancelledBy: text("cancelled_by").notNull(),
  },
  (cancellation) => [primaryKey({ name: "rule_set_cancellations_pkey", columns: [cancellation.programId, cancellation.version] })],
);

/** The small number that stands for a wallet's id in hot tables. Never reused, never changed. */
export const wallets = pgTable(
  "wallets",
  {
    programId: integer("program_id").notNull(),
    wallet: smallint("wallet").notNull(),
    id: text("id").notNull(),
  },
  (wallet) => [primaryKey({ name: "wallets_pkey", columns: [wallet.programId, wallet.wallet] })],
);
