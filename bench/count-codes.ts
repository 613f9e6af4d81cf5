import { readCouponCode } from "../src/coupons/code.ts";

export type CountedCodes = { codes: number; doubled: number; wrong: number };

/** Counts the codes of an export while it comes. They come in order, so equal ones follow each other. */
export async function countCodes(answer: Response): Promise<CountedCodes> {
  if (!answer.ok || answer.body === null) throw new Error(`the export answered ${answer.status}: ${await answer.text()}`);
  const counted = { codes: 0, doubled: 0, wrong: 0 };
  let rest = "";
  let former = "";
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const code = line.slice(0, line.indexOf(","));
      if (code === "code") continue;
      counted.codes += 1;
      if (code === former) counted.doubled += 1;
      if (readCouponCode(code) !== code) counted.wrong += 1;
      former = code;
    }
  }
  return counted;
}
