import { setTimeout as sleep } from "node:timers/promises";
import openapi from "../../openapi/openapi.json" with { type: "json" };
import { type ApiDocument, operationsOf } from "../../test/contract/api-document.ts";
import { type Answer, AnswerCheck } from "./answer-check.ts";
import { HUNTED_PROGRAM, setUpOf } from "./hunted-program.ts";
import { NUMBERS, type RequestDocument, RequestMaker, type Way } from "./request-maker.ts";

/** Sends a request as root for the program that is hunted, unless its headers say otherwise. */
export type Send = (request: { method: string; path: string; headers: Record<string, string>; body?: string }) => Promise<Answer>;

export type RequestReport = {
  sent: Record<Way, number>;
  /** How many were answered with each status. */
  statuses: Record<number, number>;
  /** Operations that succeeded at least once. */
  succeeded: Set<string>;
  operations: number;
  findings: { request: number; what: string }[];
};

const PAUSE_MS = 500;
/** Seconds for which an answer of the feed is held back where nothing happens: a second shows as much as thirty. */
const LONG_WAIT = /(?<=[?&]wait=)(?:[2-9]|[12]\d|30)(?=&|$)/;
/** It reads the whole ledger each time, and is asked at the end. */
const VERIFICATION = "verifyProgram";

/** Sends generated requests for every operation of the document and holds each answer against it; then the ledger must prove itself. */
export async function huntRequests(
  impatient: Send,
  { seed, first = 0, count, atOnce }: { seed: number; first?: number; count: number; atOnce: number },
): Promise<RequestReport> {
  const send = patient(impatient);
  const operations = operationsOf(openapi as unknown as ApiDocument).filter(({ id }) => id !== VERIFICATION);
  const maker = new RequestMaker(openapi as unknown as RequestDocument, operations, { seed, program: HUNTED_PROGRAM });
  const check = new AnswerCheck(openapi);
  const report: RequestReport = {
    sent: { valid: 0, broken: 0, hostile: 0 },
    statuses: {},
    succeeded: new Set(),
    operations: operations.length,
    findings: [],
  };
  const json = { "content-type": "application/json" };
  const post = (path: string, body: object) => send({ method: "POST", path, headers: json, body: JSON.stringify(body) });
  const published = await send({ method: "PUT", path: "/v1/program", headers: json, body: JSON.stringify(HUNTED_PROGRAM) });
  if (published.status !== 200) throw new Error(`the program was not published: ${published.text}`);
  for (const { path, body } of setUpOf(NUMBERS)) await post(path, body);

  const numbers = Array.from({ length: count }, (_, n) => first + n).values();
  const worker = async () => {
    for (const request of numbers) {
      const { operation, way, ...made } = maker.make(request);
      const { method } = operation;
      const answer = await send({ method, ...made, path: made.path.replace(LONG_WAIT, "1") });
      report.sent[way] += 1;
      report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1;
      if (answer.status < 300) report.succeeded.add(operation.id);
      const what = check.flawOf(operation, answer, way === "hostile");
      if (what !== undefined) report.findings.push({ request, what: `${method} ${made.path.slice(0, 200)} (${way}): ${what}` });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const verified = await send({ method: "GET", path: "/v1/verification", headers: {} });
  if (verified.status !== 200 || JSON.parse(verified.text).differenceCount !== 0)
    report.findings.push({ request: first + count, what: `the ledger does not prove itself: ${verified.text.slice(0, 1_000)}` });
  return report;
}

/** A busy machine answers that it is overloaded; that is asked again, as its answer says. */
function patient(send: Send): Send {
  return async (request) => {
    for (;;) {
      const answer = await send(request);
      if (answer.status !== 503 || !answer.text.includes('"code":"overloaded"')) return answer;
      await sleep(PAUSE_MS);
    }
  };
}
