import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** The port that all processes will listen on: the one that is asked for, or a free one for 0. Errors: those of listening, where another program has it. */
export function findPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // Alone on the port for a moment: processes that share it would be let in beside another service's.
    const server = createServer().once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
