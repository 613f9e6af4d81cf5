import { csvRow } from "../core/csv.ts";
import type { CouponCodeView } from "../coupons/code-view.ts";

const COLUMNS = ["code", "status", "used", "left"];

/**
 * The codes of a batch as a file for spreadsheets (RFC 4180), page by page: never more than one page is held, and no page is read
 * before the former one was taken.
 */
export async function* codesCsv(pages: AsyncIterable<readonly CouponCodeView[]>): AsyncGenerator<string> {
  yield `${csvRow(COLUMNS)}\r\n`;
  for await (const page of pages) {
    yield page.map(({ code, status, used, left }) => `${csvRow([code, status, used, left])}\r\n`).join("");
  }
}
