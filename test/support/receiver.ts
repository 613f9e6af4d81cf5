import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = { headers: IncomingHttpHeaders; body: string; event: { position: number; type: string; memberId: string | null } };
type Answer = { status: number; headers?: Record<string, string> } | "hang";

/** A receiver of webhooks on a port of its own, which answers as the test says and keeps what came. */
export type Receiver = { url: string; received: Received[]; answer: (received: Received) => Answer; close(): Promise<void> };

export async function startReceiver(answer: Receiver["answer"] = () => ({ status: 204 })): Promise<Receiver> {
  const receiver = { url: "", received: [] as Received[], answer };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const received = { headers: request.headers, body, event: JSON.parse(body) as Received["event"] };
      receiver.received.push(received);
      const said = receiver.answer(received);
      if (said !== "hang") response.writeHead(said.status, said.headers).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return Object.assign(receiver, {
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  });
}
