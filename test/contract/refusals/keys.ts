import type { TestService } from "../../support/service.ts";
import type { Refusals } from "./asked.ts";

const bounds = { expiresAt: "2027-01-01T00:00:00Z" };
let ids: { revoked: string; rotated: string };
let boundedKey: string;
let withoutPoints: string;

/** May everything but give points. */
export const pointlessKey = (): string => withoutPoints;

/** A revoked key, one whose former secrets all work, and one that has less than they have. */
export async function makeKeys({ expectStatus }: TestService): Promise<void> {
  const make = async (name: string, terms: object = {}) =>
    (await expectStatus<{ id: string; key: string }>(201, "POST", "/v1/keys", { body: { name, scopes: ["admin"], ...terms } })).body;
  withoutPoints = (await make("pointless", { pointsPerDay: 0 })).key;
  const [revoked, rotated, bounded] = [await make("revoked"), await make("rotated"), await make("bounded", bounds)];
  await expectStatus(204, "DELETE", `/v1/keys/${revoked.id}`);
  for (let time = 1; time <= 5; time += 1) await expectStatus(200, "POST", `/v1/keys/${rotated.id}/rotate`, { body: {} });
  ids = { revoked: revoked.id, rotated: rotated.id };
  boundedKey = bounded.key;
}

export const KEY_REFUSALS: Refusals = {
  createKey: { beyond_own_key: () => ({ body: { name: "wider", scopes: ["admin"] }, request: { key: boundedKey } }) },
  updateKey: {
    key_not_found: () => ({ body: { name: "nobody's" } }),
    key_revoked: () => ({ values: { id: ids.revoked }, body: { name: "again" } }),
    beyond_own_key: () => ({ values: { id: ids.rotated }, body: { name: "mine" }, request: { key: boundedKey } }),
  },
  rotateKey: {
    key_not_found: () => ({ body: {} }),
    key_revoked: () => ({ values: { id: ids.revoked }, body: {} }),
    beyond_own_key: () => ({ values: { id: ids.rotated }, body: {}, request: { key: boundedKey } }),
    too_many_former_keys: () => ({ values: { id: ids.rotated }, body: {} }),
  },
  revokeKey: { key_not_found: () => ({}) },
};
