import { integer, json, pgTable, primaryKey, smallint, text, timestamp } from "drizzle-orm/pg-core";
import type { ProgramDefinition } from "./definition.ts";

/** One loyalty programme of one merchant: the tenant. */
export const programs = pgTable("programs", {
  programId: integer("program_id").primaryKey().generatedByDefaultAsIdentity(),
  id: text("id").notNull(),
  /** The rule set in force; null until the first one is applied. */
  version: integer("version"),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
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
  },
  (ruleSet) => [primaryKey({ name: "rule_sets_pkey", columns: [ruleSet.programId, ruleSet.version] })],
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
