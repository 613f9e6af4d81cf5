import { z } from "zod";
import { pageOf } from "../http/page.ts";
import { Instant, SafeText, UtcInstant } from "../http/types.ts";
import { readRange } from "./addresses.ts";
import { SCOPES } from "./scopes.ts";

const EXAMPLE_ID = "key_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10";
const EXAMPLE_SECRET = "loy_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
const PREFIX = "key_";

export const KeyId = z
  .templateLiteral([PREFIX, z.uuid()])
  .meta({ description: "Id of a key, made by the service; not the key itself", example: EXAMPLE_ID });

export const publicKeyId = (keyId: string): z.infer<typeof KeyId> => `${PREFIX}${keyId}`;
/** What the name of a person begins with where the id of a key may stand. */
export const PERSON_PREFIX = "user:";
export const isPerson = (keyId: string): boolean => keyId.startsWith(PERSON_PREFIX);
/** Who called, as answers and the ledger name it: the id of a key, `root`, or `user:` and the subject of a person's token. */
export const callerId = (keyId: string): string => (keyId === "root" || isPerson(keyId) ? keyId : publicKeyId(keyId));
export const internalKeyId = (id: string): string => id.slice(PREFIX.length);

export const KeyParams = z.strictObject({ id: KeyId });

const Name = SafeText(100).meta({ description: "What the key is for", example: "storefront" });
const Scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, "each scope once")
  .meta({ description: "What the key may do; `admin` implies all others", example: ["members:read", "orders:write"] });

const ALLOWED_IPS_MAX = 50;
const OVERLAP_SECONDS_MAX = 30 * 24 * 3_600;
const OVERLAP_SECONDS_DEFAULT = 24 * 3_600;

const isRange = (text: string): boolean => readRange(text) !== undefined;

const ExpiresAt = Instant.transform((text) => new Date(text))
  .nullable()
  .meta({ description: "From then on the key is refused; null is never", example: "2027-03-01T00:00:00Z" });
const AllowedIps = z
  .array(z.string().max(64).refine(isRange, "an IPv4 or IPv6 address or a range of them, such as 192.0.2.0/24 or 2001:db8::/32"))
  .min(1)
  .max(ALLOWED_IPS_MAX)
  .nullable()
  .meta({ description: "Addresses that the key may be used from, in CIDR notation; null is any", example: ["192.0.2.0/24"] });
const RateLimit = z.int().min(1).max(1_000_000).nullable().meta({ description: "Requests a minute; null is no limit", example: 600 });
const Concurrency = z.int().min(1).max(10_000).nullable().meta({ description: "Requests at a time; null is no limit", example: 20 });
const PointsPerDay = z
  .int()
  .min(0)
  .nullable()
  .meta({ description: "Points that it may give by hand on one day of the program; null is no limit", example: 5_000 });

export const CreateKeyBody = z
  .strictObject({
    name: Name,
    scopes: Scopes,
    expiresAt: ExpiresAt.default(null),
    allowedIps: AllowedIps.default(null),
    rateLimit: RateLimit.default(null),
    concurrency: Concurrency.default(null),
    pointsPerDay: PointsPerDay.default(null),
  })
  .meta({
    id: "CreateKey",
    description: "A key to make. Its bounds are no wider than those of the key that makes it",
    example: { name: "storefront", scopes: ["members:read", "orders:write"], expiresAt: "2027-03-01T00:00:00Z" },
  });

export const UpdateKeyBody = z
  .strictObject({
    name: Name.optional(),
    expiresAt: ExpiresAt.optional(),
    allowedIps: AllowedIps.optional(),
    rateLimit: RateLimit.optional(),
    concurrency: Concurrency.optional(),
    pointsPerDay: PointsPerDay.optional(),
  })
  .meta({ id: "UpdateKey", description: "What to change of a key; null takes a bound away", example: { allowedIps: ["192.0.2.0/24"] } });

export const RotateKeyBody = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(OVERLAP_SECONDS_MAX)
      .default(OVERLAP_SECONDS_DEFAULT)
      .meta({ description: "Seconds for which the former key still works; 0 where it has leaked", example: OVERLAP_SECONDS_DEFAULT }),
  })
  .meta({ id: "RotateKey", description: "How to change a key for a new one", example: { overlapSeconds: OVERLAP_SECONDS_DEFAULT } });

const Hint = z.string().meta({ description: "The end of the key, to recognise it by", example: "loy_…3kQ9" });
const Secret = z.string().meta({ description: "The key. It is shown this once and kept nowhere", example: EXAMPLE_SECRET });

const key = {
  id: KeyId,
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  hint: Hint,
  createdAt: UtcInstant,
  expiresAt: UtcInstant.nullable().meta({ description: "From then on it is refused; null is never" }),
  allowedIps: z.array(z.string()).nullable().meta({ description: "Addresses that it may be used from; null is any" }),
  rateLimit: RateLimit,
  concurrency: Concurrency,
  pointsPerDay: PointsPerDay,
};
const EXAMPLE_KEY = {
  id: EXAMPLE_ID,
  name: "storefront",
  scopes: ["members:read", "orders:write"],
  hint: "loy_…3kQ9",
  createdAt: "2026-03-01T12:00:00.000Z",
  expiresAt: "2027-03-01T00:00:00.000Z",
  allowedIps: null,
  rateLimit: 600,
  concurrency: 20,
  pointsPerDay: null,
};

export const CreatedKey = z
  .strictObject({ ...key, key: Secret })
  .meta({ id: "CreatedKey", description: "A new key", example: { ...EXAMPLE_KEY, key: EXAMPLE_SECRET } });

export const RotatedKey = z
  .strictObject({
    id: KeyId,
    hint: Hint,
    formerWorksUntil: UtcInstant.meta({ description: "Until then the former key works too" }),
    key: Secret,
  })
  .meta({
    id: "RotatedKey",
    description: "What a key is from now on",
    example: { id: EXAMPLE_ID, hint: "loy_…3kQ9", formerWorksUntil: "2026-03-02T12:00:00.000Z", key: EXAMPLE_SECRET },
  });

export const ApiKey = z
  .strictObject({
    ...key,
    lastUsedAt: UtcInstant.nullable().meta({ description: "When it was last used, to a minute or two; null while it never was" }),
    revokedAt: UtcInstant.nullable().meta({ description: "Since when it is refused; null while it works" }),
    former: z
      .array(z.strictObject({ hint: Hint, worksUntil: UtcInstant }))
      .meta({ description: "What it was before it was rotated, while that still works" }),
  })
  .meta({
    id: "ApiKey",
    description: "A key of the program, without the key itself",
    example: { ...EXAMPLE_KEY, lastUsedAt: "2026-03-04T12:00:00.000Z", revokedAt: null, former: [] },
  });

export const ApiKeyPage = pageOf(ApiKey, "ApiKeyPage");
