import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import pg from "pg";
import { parse } from "yaml";
import { MEMBERS, memberId } from "./cart.ts";

const ENROL_AT_ONCE = 64;
export const PROGRAM = "retail-gbp";
const NAIVE_PROGRAM = "naive";

/** Errors: whatever is not 2xx. */
export async function call(url: string, method: string, headers: Record<string, string>, body: unknown): Promise<unknown> {
  const answer = await fetch(url, { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** Applies the reference program, makes a key as a shop has one, and enrols the members. Answers the headers of that key. */
export async function prepareProgram(serviceUrl: string, rootKey: string): Promise<Record<string, string>> {
  const definition: unknown = parse(await readFile(new URL("../examples/programs/retail-gbp.yaml", import.meta.url), "utf8"));
  const asRoot = { authorization: `Bearer ${rootKey}`, "loyalty-program": PROGRAM };
  await call(`${serviceUrl}/v1/program`, "PUT", asRoot, definition);
  const scopes = ["members:read", "members:write", "orders:write"];
  const { key } = (await call(
    `${serviceUrl}/v1/keys`,
    "POST",
    { ...asRoot, "idempotency-key": randomUUID() },
    { name: "bench", scopes },
  )) as { key: string };
  const asShop = { authorization: `Bearer ${key}` };

  const members = Array.from({ length: MEMBERS }, (_, n) => memberId(n)).values();
  const enrolRest = async () => {
    for (const id of members) await call(`${serviceUrl}/v1/members`, "POST", asShop, { id, enrolledAt: "2020-01-01T00:00:00Z" });
  };
  await Promise.all(Array.from({ length: ENROL_AT_ONCE }, enrolRest));
  return asShop;
}

/** The same members in a program of the naive server's own. Answers its number. */
export async function prepareNaiveProgram(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ program: number }>("select loyalty_create_program($1) as program", [NAIVE_PROGRAM]);
    const program = rows[0]?.program ?? 0;
    await client.query(
      `with enrolled as (
         insert into members (program_id, id, status, enrolled_at)
           select $1, m.id, m.status, m.enrolled_at from members m join programs p using (program_id) where p.id = $2 returning member_key)
       insert into accounts (program_id, member_key, wallet, tier, tier_since) select $1, member_key, 1, 'bronze', now() from enrolled`,
      [program, PROGRAM],
    );
    // Plans that were made for empty tables are slow ones, for both.
    await client.query("analyze");
    return program;
  } finally {
    await client.end();
  }
}
