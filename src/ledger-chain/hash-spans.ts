import { createHash } from "node:crypto";
import type pg from "pg";
import { addLine, BEFORE_ALL, type Span } from "./block-hash.ts";

/** Entries that one query reads: bounds the memory, however many a span has. */
const LINES_MAX = 5_000;

/** SQL of an entry's line: every column of it, times in seconds with six decimals. */
export const ENTRY_LINE = `json_build_array(member_key, seq, wallet, kind, from_account, to_account, points, available_after, rule_set,
                                                 extract(epoch from occurred_at), extract(epoch from recorded_at), source_kind, source_id)::text`;

/** `n` is the span's number among those asked for, from 1. */
type Line = { n: number; seq: number; line: string };

/** A span with the hash of its entries and how many there are. */
export type HashedSpan<S extends Span> = S & { hash: Buffer; entries: number };

/** Hashes the entries of each span, of which a member has one behind the other. Reads them as they come. */
export async function* hashSpans<S extends Span>(
  client: pg.ClientBase,
  programId: number,
  spans: readonly S[],
): AsyncGenerator<HashedSpan<S>> {
  const lines = readLines(client, programId, spans);
  let next = await lines.next();
  for (const [index, span] of spans.entries()) {
    const sum = createHash("sha256");
    let entries = 0;
    while (!next.done && next.value.n === index + 1) {
      addLine(sum, next.value.line);
      entries += 1;
      next = await lines.next();
    }
    yield { ...span, hash: sum.digest(), entries };
  }
}

async function* readLines(client: pg.ClientBase, programId: number, spans: readonly Span[]): AsyncGenerator<Line> {
  let done = 0;
  let after = spans[0]?.afterSeq ?? BEFORE_ALL;
  while (done < spans.length) {
    const left = spans.slice(done);
    const { rows } = await client.query<Line>({
      name: "entry_lines",
      // The driver may read bigint as text: these are exact below 2^53.
      text: `select s.n::float8 as n, e.seq::float8 as seq, e.line
               from unnest($2::bigint[], $3::bigint[], $4::bigint[]) with ordinality s (member_key, after_seq, last_seq, n)
              cross join lateral (
                    select seq, ${ENTRY_LINE} as line
                      from entries
                     where program_id = $1 and member_key = s.member_key and seq > s.after_seq and seq <= s.last_seq
                     order by seq limit ${LINES_MAX}) e
              order by s.n, e.seq limit ${LINES_MAX}`,
      values: [
        programId,
        left.map(({ memberKey }) => memberKey),
        left.map(({ afterSeq }, index) => (index === 0 ? after : afterSeq)),
        left.map(({ lastSeq }) => lastSeq),
      ],
    });
    for (const line of rows) yield { ...line, n: line.n + done };
    const last = rows.at(-1);
    if (last === undefined || rows.length < LINES_MAX) return;
    done += last.n - 1;
    after = last.seq;
  }
}
