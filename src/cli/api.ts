import { z } from "zod";
import { type Connection, headersOf } from "./connection.ts";
import { CliError, messageOf } from "./exit.ts";

/** A refusal as the service answers it (RFC 9457), as far as people at a terminal need it. */
export const Problem = z.object({
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).default([]),
});
export type Problem = z.infer<typeof Problem>;

/** The service refused a request. */
export class Refusal extends CliError {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(describeProblem(problem));
    this.problem = problem;
  }
}

export type ApiRequest = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  body?: unknown;
};

export function addressOf(connection: Connection, path: string, query: Record<string, string | undefined> = {}): URL {
  const url = new URL(path.replace(/^\//, ""), connection.url);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/**
 * Sends one request and reads its JSON answer, checked by `shape`.
 * Errors: Refusal for a problem; CliError of one line when the service cannot be reached or answers something else.
 */
export async function callApi<S extends z.ZodType>(connection: Connection, request: ApiRequest, shape: S): Promise<z.output<S>> {
  const { method, path, query, headers, body } = request;
  const response = await send(addressOf(connection, path, query), {
    method,
    headers: { ...headersOf(connection), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = readJson(await response.text());
  if (!response.ok) throw refusalFrom(answer, response.status);
  const parsed = shape.safeParse(answer);
  if (!parsed.success)
    throw new CliError(`the service answered ${method} ${path} in a way that this client does not know`, 1, parsed.error);
  return parsed.data;
}

/**
 * Reads an answer as it comes. Errors: as `callApi`; a connection that breaks in the middle is an error of the stream.
 */
export async function streamApi(connection: Connection, path: string): Promise<ReadableStream<Uint8Array>> {
  const response = await send(addressOf(connection, path), { headers: headersOf(connection) });
  if (!response.ok) throw refusalFrom(readJson(await response.text()), response.status);
  if (response.body === null) throw new CliError(`the service answered GET ${path} with nothing`);
  return response.body;
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw unreachable(url, error);
  }
}

/** One line for a service that does not answer. */
export function unreachable(url: URL, error: unknown): CliError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason = code === "ECONNREFUSED" ? "nothing listens there" : messageOf(cause) || code;
  return new CliError(`cannot reach the service at ${url.origin}: ${reason} (is it running? is LOYALTY_URL right?)`, 1, error);
}

export function refusalFrom(answer: unknown, status: number): CliError {
  const problem = Problem.safeParse(answer);
  return problem.success ? new Refusal(problem.data) : new CliError(`the service answered with status ${status} and no explanation`);
}

function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is no answer of this service: the shape refuses it.
    return undefined;
  }
}

/** A refusal in words: the code first, then each field. */
export function describeProblem({ code, title, detail, errors }: Problem): string {
  const hint = code === "program_required" ? "; name it with --program" : "";
  const fields = errors.map((error) => `\n  ${error.pointer || "the body"}: ${error.detail}`);
  return `${code}: ${errors.length > 0 ? title : (detail ?? title)}${hint}${fields.join("")}`;
}
