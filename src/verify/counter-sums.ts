import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import type { Counter } from "../rules/limits/counter.ts";
import type { MemberRange } from "./member-ranges.ts";
import { compare, type Report } from "./reporter.ts";

const PROGRAM_KEY = "0";

type Expected = { member: string; amount: number };

/** Who used counters, and what of each use is kept after what was given back: of an order or of any other decision. */
export type Used = { memberKey: string; member: string; uses: readonly Counter[]; kept: readonly number[] };

/** What the decisions of a program add up to by member (or program), counter and period. */
export class CounterSums {
  readonly #sums = new Map<string, Map<string, Expected>>();

  add({ memberKey, member, uses, kept }: Used): void {
    for (const [index, use] of uses.entries()) {
      const owner = use.for === "program" ? PROGRAM_KEY : memberKey;
      const sums = this.#sums.get(owner) ?? new Map<string, Expected>();
      this.#sums.set(owner, sums);
      const subject = `${use.key} ${use.period}`;
      const former = sums.get(subject)?.amount ?? 0;
      sums.set(subject, { member: use.for === "program" ? "" : member, amount: former + (kept[index] ?? 0) });
    }
  }

  /** Compares the counters of a range of members, all of whose decisions have been added, and forgets them. */
  async verifyMembers(client: pg.ClientBase, programId: number, { from, to }: MemberRange, report: Report): Promise<void> {
    await this.#verify(client, programId, { from: from === PROGRAM_KEY ? "1" : from, to }, report);
    const shared = this.#sums.get(PROGRAM_KEY);
    this.#sums.clear();
    if (shared !== undefined) this.#sums.set(PROGRAM_KEY, shared);
  }

  /** Compares the counters of the program, when the decisions of all members have been added. */
  async verifyProgram(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
    await this.#verify(client, programId, { from: PROGRAM_KEY, to: PROGRAM_KEY }, report);
  }

  async #verify(client: pg.ClientBase, programId: number, { from, to }: Pick<MemberRange, "from" | "to">, report: Report): Promise<void> {
    const { rows } = await client.query<{ owner: string; member: string | null; subject: string; used: string }>({
      name: "verify_counters",
      text: `select counters.member_key::text as owner, coalesce(members.id, '#' || counters.member_key) as member,
                    counters.key || ' ' || counters.period::text as subject, counters.used::text as used
               from counters ${lookUpIfAny("members", "members", "member_key = counters.member_key")}
              where counters.program_id = $1 and counters.member_key between $2 and $3
              order by counters.member_key, counters.key, counters.period`,
      values: [programId, from, to],
    });
    for (const { owner, member, subject, used } of rows) {
      const expected = this.#take(owner, subject);
      compare(report, { ...whose(owner, member ?? ""), subject, expected: String(expected), actual: used });
    }
    for (const [owner, sums] of this.#sums) {
      if ((owner === PROGRAM_KEY) !== (from === PROGRAM_KEY)) continue;
      for (const [subject, { member, amount }] of sums) {
        compare(report, { ...whose(owner, member), subject, expected: String(amount), actual: "0" });
      }
    }
  }

  #take(owner: string, subject: string): number {
    const amount = this.#sums.get(owner)?.get(subject)?.amount ?? 0;
    this.#sums.get(owner)?.delete(subject);
    return amount;
  }
}

const whose = (owner: string, member: string) =>
  owner === PROGRAM_KEY ? { check: "program_counter" } : { check: "member_counter", member };
