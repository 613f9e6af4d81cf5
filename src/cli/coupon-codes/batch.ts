import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { CouponBatchSchema } from "../../coupon-batches/schemas.ts";
import { callApi } from "../api.ts";
import type { Connection } from "../connection.ts";
import { CliError } from "../exit.ts";
import { formatCount } from "../minor-units.ts";
import { note } from "../output.ts";

type Batch = z.output<typeof CouponBatchSchema>;

/** What all codes of a batch have in common. */
export type Terms = {
  coupon: string;
  maxUses?: number | undefined;
  maxUsesPerMember?: number | undefined;
  validFrom?: string | undefined;
  validUntil?: string | undefined;
};

const LOOK_EVERY_MS = 500;
const TELL_EVERY_MS = 5_000;

export const pathOf = (id: string): string => `/v1/coupon-batches/${encodeURIComponent(id)}`;

export const findBatch = (connection: Connection, id: string): Promise<Batch> =>
  callApi(connection, { method: "GET", path: pathOf(id) }, CouponBatchSchema);

/** Makes a batch once: one that is there with the same terms is answered as it stands. */
export const makeBatch = (
  connection: Connection,
  body: Terms & { id: string; codes?: number; prefix?: string | undefined },
): Promise<Batch> => callApi(connection, { method: "POST", path: "/v1/coupon-batches", body }, CouponBatchSchema);

/** Waits until all codes are there, and tells how far it is. Errors: CliError where the batch is revoked meanwhile. */
export async function waitUntilWritten(connection: Connection, made: Batch): Promise<Batch> {
  let toldAt = performance.now();
  for (let batch = made; ; batch = await findBatch(connection, made.id)) {
    if (batch.status === "revoked")
      throw new CliError(`${batch.id} is revoked: it has ${formatCount(batch.written)} codes and gets no more`);
    if (batch.status === "ready") return findBatch(connection, made.id);
    if (performance.now() - toldAt >= TELL_EVERY_MS) {
      toldAt = performance.now();
      note(`${formatCount(batch.written)} of ${formatCount(batch.codes ?? 0)} codes are there`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** What a batch has and what is left of it, for people. How often its codes are used is known of one that is read by itself. */
export function describeBatch({ id, status, coupon, label, codes, written, maxUses, used, validFrom, validUntil }: Batch): string[] {
  const rows = [
    ["batch", `${id}, ${status}`],
    ["coupon", coupon === label ? coupon : `${coupon} (${label})`],
    ["codes", codes === null || codes === written ? formatCount(written) : `${formatCount(written)} of ${formatCount(codes)}`],
    ["valid", `from ${validFrom}${validUntil === null ? "" : ` until ${validUntil}`}`],
  ];
  if (used !== undefined) {
    const left = BigInt(written) * BigInt(maxUses) - BigInt(used.orders);
    rows.push(["used", `${formatCount(used.codes)} codes, by ${formatCount(used.orders)} orders`]);
    rows.push(["left", status === "revoked" ? "none: the batch is revoked" : `${formatCount(left)} uses`]);
  }
  return rows.map(([name = "", value]) => `${name.padEnd(14)}${value}`);
}
