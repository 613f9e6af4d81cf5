import fastify from "fastify";
import pg from "pg";

/**
 * The ceilings of one Node process: a route that answers the same text to everybody, of the size of a balance; one that parses a body and
 * sends it back; and one that asks Postgres once, over a pool of its own where a database is given.
 */
const [, , size = "300", databaseUrl] = process.argv;
const empty = JSON.stringify({ text: "" });
const answer = { text: "x".repeat(Math.max(0, Number(size) - empty.length)) };

const app = fastify({ logger: false });
app.get("/v1/members/:memberId/balance", async () => answer);
app.post("/v1/quotes", async (request) => request.body);
if (databaseUrl !== undefined) {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  app.get<{ Params: { memberId: string } }>("/v1/members/:memberId", async ({ params }) => {
    const { rows } = await pool.query("select id, status from members where id = $1 limit 1", [params.memberId]);
    return rows[0];
  });
}
console.log(`listens on ${await app.listen({ port: 0, host: "127.0.0.1" })}`);
