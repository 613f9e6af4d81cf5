import { z } from "zod";
import { KeyId } from "./schemas.ts";
import { SCOPES } from "./scopes.ts";

export const KEY_EVENTS = {
  "key.created": z
    .strictObject({ keyId: KeyId, name: z.string(), scopes: z.array(z.enum(SCOPES)) })
    .meta({ description: "An API key was made" }),
  "key.revoked": z.strictObject({ keyId: KeyId }).meta({ description: "An API key is refused from now on" }),
};
