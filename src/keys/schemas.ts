import { z } from "zod";
import { pageOf } from "../http/page.ts";
import { SafeText, UtcInstant } from "../http/types.ts";
import { SCOPES } from "./scopes.ts";

const EXAMPLE_ID = "key_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10";
const PREFIX = "key_";

export const KeyId = z
  .templateLiteral([PREFIX, z.uuid()])
  .meta({ description: "Id of a key, made by the service; not the key itself", example: EXAMPLE_ID });

export const publicKeyId = (keyId: string): z.infer<typeof KeyId> => `${PREFIX}${keyId}`;
/** Who called, as answers and the ledger name it: the id of a key, or `root`. */
export const callerId = (keyId: string): string => (keyId === "root" ? keyId : publicKeyId(keyId));
export const internalKeyId = (id: string): string => id.slice(PREFIX.length);

const Name = SafeText(100).meta({ description: "What the key is for", example: "storefront" });
const Scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, "each scope once")
  .meta({ description: "What the key may do; `admin` implies all others", example: ["members:read", "orders:write"] });

export const CreateKeyBody = z
  .strictObject({ name: Name, scopes: Scopes })
  .meta({ id: "CreateKey", description: "A key to make", example: { name: "storefront", scopes: ["members:read", "orders:write"] } });

const key = {
  id: KeyId,
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  hint: z.string().meta({ description: "The end of the key, to recognise it by", example: "loy_…3kQ9" }),
  createdAt: UtcInstant,
};
const EXAMPLE_KEY = {
  id: EXAMPLE_ID,
  name: "storefront",
  scopes: ["members:read", "orders:write"],
  hint: "loy_…3kQ9",
  createdAt: "2026-03-01T12:00:00.000Z",
};

export const CreatedKey = z
  .strictObject({ ...key, key: z.string().meta({ description: "The key. It is shown this once and kept nowhere" }) })
  .meta({
    id: "CreatedKey",
    description: "A new key",
    example: { ...EXAMPLE_KEY, key: "loy_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" },
  });

export const ApiKey = z
  .strictObject({ ...key, revokedAt: UtcInstant.nullable().meta({ description: "Since when it is refused; null while it works" }) })
  .meta({ id: "ApiKey", description: "A key of the program, without the key itself", example: { ...EXAMPLE_KEY, revokedAt: null } });

export const ApiKeyPage = pageOf(ApiKey, "ApiKeyPage");
