import { once } from "node:events";
import http from "node:http";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";

export type ImportAnswer = { line: number; status: number } & Record<string, unknown>;

/** An import under way over a real connection: lines go out and answers come in independently of each other. */
export type OpenImport = {
  /** Sends text or bytes; resolves when the connection has taken them. */
  send(chunk: string | Buffer): Promise<void>;
  end(): void;
  /** The answers as they come; begins when the service begins to answer. */
  answers(): AsyncGenerator<ImportAnswer>;
  /** Cuts the connection. */
  destroy(): void;
};

export function openImport(url: string, key: string, headers: Record<string, string> = {}): OpenImport {
  const request = http.request(`${url}/v1/import`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/x-ndjson", ...headers },
  });
  const response = once(request, "response") as Promise<[http.IncomingMessage]>;
  // A connection that the test cuts rejects both: whoever awaits them sees it.
  response.catch(() => undefined);
  request.on("error", () => undefined);
  return {
    async send(chunk) {
      if (!request.write(chunk)) {
        const waiting = new AbortController();
        const { signal } = waiting;
        await Promise.race([once(request, "drain", { signal }), once(request, "close", { signal })]).finally(() => waiting.abort());
      }
      if (request.destroyed) throw new Error("the connection was cut");
      await setImmediate();
    },
    end: () => request.end(),
    async *answers() {
      const [message] = await response;
      for await (const line of createInterface({ input: message })) yield JSON.parse(line) as ImportAnswer;
    },
    destroy: () => request.destroy(),
  };
}

/** Sends a whole file and gives all answers. */
export async function importFile(
  url: string,
  key: string,
  file: string | Buffer,
  headers: Record<string, string> = {},
): Promise<ImportAnswer[]> {
  const open = openImport(url, key, headers);
  await open.send(file);
  open.end();
  const answers: ImportAnswer[] = [];
  for await (const answer of open.answers()) answers.push(answer);
  return answers;
}
