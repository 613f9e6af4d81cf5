import { Readable } from "node:stream";

/** Sends lines to the import of a service, and waits for the answer to the last one. Errors: a line was refused. */
export async function importLines(url: string, headers: Record<string, string>, lines: Iterable<object>): Promise<number> {
  let count = 0;
  function* texts(): Generator<string> {
    for (const line of lines) {
      count += 1;
      yield `${JSON.stringify(line)}\n`;
    }
  }
  const body = Readable.toWeb(Readable.from(texts())) as ReadableStream;
  const sent = { ...headers, "content-type": "application/x-ndjson" };
  const answer = await fetch(`${url}/v1/import`, { method: "POST", headers: sent, body, duplex: "half" } as RequestInit);
  let refused: string | undefined;
  let rest = "";
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const whole = (rest + part).split("\n");
    rest = whole.pop() ?? "";
    refused ??= whole.find((line) => /"status":[45]/.test(line));
  }
  if (/"status":[45]/.test(rest)) refused ??= rest;
  if (!answer.ok || refused !== undefined) throw new Error(`the import answered ${answer.status}: ${refused ?? "no line"}`);
  return count;
}
