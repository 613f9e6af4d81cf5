import { z } from "zod";
import { UtcInstant } from "../http/types.ts";
import { KeyId } from "./schemas.ts";
import { SCOPES } from "./scopes.ts";

export const KEY_EVENTS = {
  "key.created": z
    .strictObject({ keyId: KeyId, name: z.string(), scopes: z.array(z.enum(SCOPES)) })
    .meta({ description: "An API key was made" }),
  "key.updated": z.strictObject({ keyId: KeyId }).meta({ description: "The name or the bounds of an API key were changed" }),
  "key.rotated": z
    .strictObject({ keyId: KeyId, formerWorksUntil: UtcInstant })
    .meta({ description: "An API key was changed for a new one; the former works for a while" }),
  "key.revoked": z.strictObject({ keyId: KeyId }).meta({ description: "An API key is refused from now on" }),
};
