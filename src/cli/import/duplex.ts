import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { addressOf, refusalFrom, unreachable } from "../api.ts";
import { type Connection, headersOf } from "../connection.ts";
import { CliError, messageOf } from "../exit.ts";
import { linesOf } from "./line-splitter.ts";

/** The file that is sent cannot be read or unpacked. */
class UnreadableFile extends CliError {}

/** Where lines are sent, and as what. */
export type LinesTarget = { path: string; contentType: string };

/**
 * Sends lines and gives the answers as they come, both at once: neither side holds more than a few lines.
 * Errors: Refusal when the service refuses the whole request; CliError when the connection breaks or the file cannot be read.
 */
export async function* exchangeLines(connection: Connection, { path, contentType }: LinesTarget, lines: Readable): AsyncGenerator<string> {
  const url = addressOf(connection, path);
  const request = (url.protocol === "https:" ? https : http).request(url, {
    method: "POST",
    headers: { ...headersOf(connection), "content-type": contentType, accept: "application/x-ndjson" },
  });
  let fileError: UnreadableFile | undefined;
  let isBroken = false;
  request.once("error", () => {
    isBroken = true;
  });
  lines.once("error", (error) => {
    // A connection that breaks takes the file with it: that is no fault of the file.
    if (!isBroken) fileError = new UnreadableFile(`the file cannot be read to its end: ${error.message}`, 1, error);
  });
  // A refusal or a broken connection ends the sending too; what it was shows where the answer is read.
  const sent = pipeline(lines, request).catch(() => undefined);

  let answered = 0;
  try {
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    if (response.statusCode !== 200) throw refusalFrom(await readProblem(response), response.statusCode ?? 0);
    for await (const line of linesOf(response)) {
      answered += 1;
      yield line;
    }
    await sent;
    if (fileError !== undefined) throw fileError;
  } catch (error) {
    if (fileError !== undefined) throw fileError;
    if (error instanceof CliError) throw error;
    if (answered === 0) throw unreachable(url, error);
    throw new CliError(
      `the connection broke after ${answered} answered lines (${messageOf(error)}); import the file again: what was done is answered as a replay`,
      1,
      error,
    );
  } finally {
    request.destroy();
  }
}

async function readProblem(response: http.IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const line of linesOf(response)) text += line;
  try {
    return JSON.parse(text);
  } catch {
    // No problem document: the status alone is shown.
    return undefined;
  }
}
