import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

/** Real orders lie beside the project where it is developed; they are no part of it. */
const DATA = new URL("../../../shared/data/", import.meta.url);
const NAME = "online-retail-2010-12_2011-05";

const fileOf = (ending: string): URL => new URL(`${NAME}.${ending}`, DATA);

/** Whether the real orders are there; says so when they are not. */
export function realOrdersAreThere(): boolean {
  const isThere = existsSync(fileOf("ndjson.gz"));
  if (!isThere) console.log(`NO REAL ORDERS FOUND at ../shared/data/${NAME}.ndjson.gz: nothing is checked with them`);
  return isThere;
}

/** Lines to import, compressed. */
export const readRealOrders = (): Promise<Buffer> => readFile(fileOf("ndjson.gz"));

export const readBesideRealOrders = (ending: "expected.json" | "members.csv"): Promise<string> => readFile(fileOf(ending), "utf8");

export type RealLine =
  | {
      type: "order";
      id: string;
      memberId: string;
      occurredAt: string;
      lines: { line: number; sku: string; quantity: number; unitPrice: number }[];
    }
  | { type: "return"; id: string; orderId: string; memberId: string; occurredAt: string; lines: { line: number; quantity: number }[] };

export async function parseRealOrders(): Promise<RealLine[]> {
  const text = gunzipSync(await readRealOrders()).toString("utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as RealLine);
}
