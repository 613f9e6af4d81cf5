import { expect } from "vitest";
import type { ApiClient } from "./api-client.ts";

/** Fails where the ledger of the program in use contradicts itself anywhere. */
export async function expectSoundLedger(api: ApiClient): Promise<void> {
  const { body } = await api.expectStatus<{ differences: unknown[]; differenceCount: number }>(200, "GET", "/v1/verification");
  expect(body.differences).toEqual([]);
  expect(body.differenceCount).toBe(0);
}
