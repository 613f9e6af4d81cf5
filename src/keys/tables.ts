import { customType, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Scope } from "./scopes.ts";

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** One API key of a program; the key itself is kept nowhere. */
export const apiKeys = pgTable(
  "api_keys",
  {
    programId: integer("program_id").notNull(),
    keyId: uuid("key_id").notNull(),
    name: text("name").notNull(),
    hash: bytea("hash").notNull(),
    hint: text("hint").notNull(),
    scopes: text("scopes").array().$type<Scope[]>().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    revokedAt: timestamp("revoked_at", { withTimezone: true }),
  },
  (key) => [primaryKey({ name: "api_keys_pkey", columns: [key.programId, key.keyId] })],
);
