import type { z } from "zod";
import { type ApiKey, type CreatedKey, publicKeyId } from "./schemas.ts";
import type { KeyRow, ListedKey } from "./store.ts";

export const createdKeyView = (key: KeyRow): Omit<z.input<typeof CreatedKey>, "key"> => ({
  id: publicKeyId(key.keyId),
  name: key.name,
  scopes: key.scopes,
  hint: key.hint,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  allowedIps: key.allowedIps,
  rateLimit: key.rateLimit,
  concurrency: key.concurrency,
  pointsPerDay: key.pointsPerDay,
});

export const keyView = (key: ListedKey): z.input<typeof ApiKey> => ({
  ...createdKeyView(key),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  former: key.former.map(({ hint, worksUntil }) => ({ hint, worksUntil: worksUntil.toISOString() })),
});
