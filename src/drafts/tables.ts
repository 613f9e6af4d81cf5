import { bigint, boolean, integer, json, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** A definition that is being worked on, as it was sent; it need not be valid. */
export const drafts = pgTable(
  "drafts",
  {
    programId: integer("program_id").notNull(),
    id: text("id").notNull(),
    content: json("content").$type<Record<string, unknown>>().notNull(),
    /** From a sequence: no revision comes twice, so it is the entity tag. */
    revision: bigint("revision", { mode: "number" }).notNull(),
    changedAt: timestamp("changed_at", { withTimezone: true }).notNull(),
    changedBy: text("changed_by").notNull(),
    /** Of this revision; null until it was validated. */
    validatedAt: timestamp("validated_at", { withTimezone: true }),
    /** The version in force then; 0 where there was none. */
    validatedAgainst: integer("validated_against"),
    isValid: boolean("is_valid"),
  },
  (draft) => [primaryKey({ name: "drafts_pkey", columns: [draft.programId, draft.id] })],
);
