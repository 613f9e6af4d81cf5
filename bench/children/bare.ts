import fastify from "fastify";

/** The ceiling: a route that answers the same text to everybody, of the size of a balance. */
const [, , size = "300"] = process.argv;
const empty = JSON.stringify({ text: "" });
const answer = { text: "x".repeat(Math.max(0, Number(size) - empty.length)) };

const app = fastify({ logger: false });
app.get("/v1/members/:memberId/balance", async () => answer);
console.log(`listens on ${await app.listen({ port: 0, host: "127.0.0.1" })}`);
