import { randomUUID } from "node:crypto";
import { memberId, orderOf, randomCart, randomMember } from "../cart.ts";
import type { LoadJob, RequestMaker } from "./load-job.ts";

/** Writes the next request of a job, head and body. */
export function makeRequests({ url, headers, maker }: Pick<LoadJob, "url" | "headers" | "maker">): () => string {
  const { host } = new URL(url);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = lines.join("");
  const next = requestsOf(maker);
  return () => {
    const { path, body } = next();
    if (body === undefined) return `GET ${path} HTTP/1.1\r\n${head}\r\n`;
    const text = JSON.stringify(body);
    return `POST ${path} HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  };
}

type Request = { path: string; body?: object };

function requestsOf(maker: RequestMaker): () => Request {
  const run = randomUUID().slice(0, 8);
  let n = 0;
  switch (maker.kind) {
    case "order":
      return () => {
        n += 1;
        const member = maker.hot ?? randomMember(maker.members);
        return { path: "/v1/orders", body: orderOf(`${run}-${n}`, member, new Date()) };
      };
    case "balance": {
      const search = maker.isStrong ? "?consistency=strong" : "";
      return () => {
        const member = maker.inTurn === true ? memberId(n++ % maker.members) : randomMember(maker.members);
        return { path: `/v1/members/${member}/balance${search}` };
      };
    }
    case "quote":
      return () => ({ path: "/v1/quotes", body: { memberId: randomMember(maker.members), ...randomCart() } });
    case "redemption":
      return () => {
        const member = `${maker.prefix}${maker.from + n}`;
        n += 1;
        return { path: `/v1/members/${member}/redemptions`, body: { id: `${run}-${n}`, reward: maker.reward, channel: "online" } };
      };
  }
}
