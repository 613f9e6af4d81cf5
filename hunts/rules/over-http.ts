import { setTimeout } from "node:timers/promises";
import { breakJson } from "./break-json.ts";
import { randomCart, randomEventData, randomMoment } from "./carts.ts";
import { type Finding, type HuntReport, randomOf } from "./hunt.ts";
import { flawsOfRefusal } from "./refusals.ts";
import { type RuleFile, randomRuleFile } from "./rule-file.ts";

type Answer = { status: number; body: unknown };
/** Sends a request as root, for one program. */
export type Call = (program: string, method: "GET" | "POST" | "PUT", path: string, body?: unknown) => Promise<Answer>;

/** The last moment that generated orders may have, and a while after it. */
export const HUNT_CLOCK = new Date("2030-01-01T00:00:00Z");
const BROKEN_SHARE = 0.3;
const ATTEMPTS_MAX = 20;

type Refusal = { code: string; errors: { pointer: string; code: string; detail: string }[] };
type Balance = { wallets: Record<string, { accruedTotal: number; available: number; debt: number }> };

/** Codes that name a place in the body. */
const INPUT_CODES: ReadonlySet<string> = new Set(["request_invalid", "program_invalid"]);

function* flawsOfAnswer({ status, body }: Answer, sent: unknown): Generator<string> {
  if (status >= 500) yield `answered ${status}: ${JSON.stringify(body)}`;
  if (status < 400 || status >= 500) return;
  const { code, errors } = body as Refusal;
  if (typeof code !== "string") yield `answered ${status} without a code`;
  else if (INPUT_CODES.has(code)) yield* flawsOfRefusal({ code, errors }, sent);
}

export type HttpHuntReport = Pick<HuntReport, "files" | "accepted" | "findings"> & { requests: number; orders: number; events: number };

const typesOfEvents = ({ events }: RuleFile): unknown[] => (Array.isArray(events) ? events.map((event) => Object(event).type) : []);

/** The same through the service: files are published, orders placed, explained and returned whole, after which no points are left. */
export async function huntOverHttp(
  call: Call,
  { seed, first = 0, count, ordersPerFile }: { seed: number; first?: number; count: number; ordersPerFile: number },
): Promise<HttpHuntReport> {
  const report: HttpHuntReport = { files: 0, accepted: 0, requests: 0, orders: 0, events: 0, findings: [] };
  for (let file = first; file < first + count; file += 1) await new FileHunt(call, seed, file, report).run(ordersPerFile);
  return report;
}

class FileHunt {
  readonly #call: Call;
  readonly #seed: number;
  readonly #file: number;
  readonly #program: string;
  readonly #report: HttpHuntReport;

  constructor(call: Call, seed: number, file: number, report: HttpHuntReport) {
    this.#call = call;
    this.#seed = seed;
    this.#file = file;
    this.#program = `hunt-${file}`;
    this.#report = report;
  }

  async run(orders: number): Promise<void> {
    this.#report.files += 1;
    const input = randomRuleFile(this.#program, randomOf(this.#seed, this.#file));
    const { status } = await this.#send("PUT", "/v1/program", input);
    if (status !== 200) return;
    this.#report.accepted += 1;
    const types = typesOfEvents(input);
    await Promise.all(
      Array.from({ length: orders }, async (_, order) => {
        await this.#placeAndReturn(order);
        if (types.length > 0) await this.#recordEvent(order, types);
      }),
    );
    for (const member of ["m-0", "m-1", "m-2"]) await this.#findPointsLeft(member);
  }

  async #send(method: "GET" | "POST" | "PUT", path: string, body?: unknown, order?: number): Promise<Answer> {
    this.#report.requests += 1;
    const answer = await this.#answerOf(method, path, body);
    for (const what of flawsOfAnswer(answer, body)) this.#find(`${method} ${path}: ${what}`, order);
    return answer;
  }

  /** A busy machine answers that it is overloaded; that is asked again, as its answer says. */
  async #answerOf(method: "GET" | "POST" | "PUT", path: string, body: unknown): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#call(this.#program, method, path, body);
      const isOverloaded = answer.status === 503 && (answer.body as Refusal).code === "overloaded";
      if (!isOverloaded || attempt === ATTEMPTS_MAX) return answer;
      await setTimeout(1000);
    }
  }

  #find(what: string, order?: number): void {
    const finding: Finding = { file: this.#file, what, ...(order !== undefined && { order }) };
    this.#report.findings.push(finding);
  }

  async #placeAndReturn(order: number): Promise<void> {
    const random = randomOf(this.#seed + order + 1, this.#file);
    const id = `order-${order}`;
    const at = randomMoment(random).toISOString();
    const { lines, ...cart } = randomCart(random);
    const good = { ...cart, memberId: `m-${order % 3}`, occurredAt: at, lines: lines.slice(0, 100) };
    const body = random.chance(BROKEN_SHARE) ? breakJson(good, random) : good;
    await this.#send("POST", "/v1/quotes?explain=true", body, order);
    const { status } = await this.#send("POST", "/v1/orders", { ...body, id }, order);
    if (status !== 201) return;
    this.#report.orders += 1;
    const explained = await this.#send("GET", `/v1/orders/${id}/explanation`, undefined, order);
    if (explained.status !== 200) this.#find(`the order's explanation is answered with ${explained.status}`, order);
    const all = body.lines.map(({ line, quantity }) => ({ line, quantity }));
    const returned = await this.#send("POST", `/v1/orders/${id}/returns`, { id: `return-${order}`, occurredAt: at, lines: all }, order);
    if (returned.status !== 201) this.#find(`the return of everything is answered with ${JSON.stringify(returned.body)}`, order);
  }

  /** Of a member of its own: an event's points are not returned. */
  async #recordEvent(order: number, types: readonly unknown[]): Promise<void> {
    const random = randomOf(this.#seed - order - 1, this.#file);
    const event = {
      type: random.pick(types),
      memberId: "e-0",
      occurredAt: randomMoment(random).toISOString(),
      data: randomEventData(random),
    };
    const body = { ...(random.chance(BROKEN_SHARE) ? breakJson(event, random) : event), id: `event-${order}` };
    const { status } = await this.#send("POST", "/v1/events?explain=true", body, order);
    if (status !== 201) return;
    this.#report.events += 1;
    await this.#send("GET", `/v1/events/event-${order}/explanation`, undefined, order);
  }

  async #findPointsLeft(member: string): Promise<void> {
    const { status, body } = await this.#send("GET", `/v1/members/${member}/balance?consistency=strong`);
    if (status !== 200) return; // no order of this member was accepted
    for (const [wallet, { accruedTotal, available, debt }] of Object.entries((body as Balance).wallets)) {
      if (accruedTotal !== 0 || available !== 0 || debt !== 0)
        this.#find(`${member} has ${available} (debt ${debt}) ${wallet} after all came back`);
    }
  }
}
