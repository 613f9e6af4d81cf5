import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Both ends of one connection through the proxy. */
export type Wire = { client: Socket; server: Socket };

/** Looks at what passes over one connection: what it answers is passed on, and null is kept back. */
export type Tap = { toServer(chunk: Buffer): Buffer | null; toClient(chunk: Buffer): Buffer | null; keepsServer(): boolean };

/** A proxy whose line can be made bad. What it does holds for the connections that are open and for those to come. */
export type TcpProxy = {
  /** The same address through the proxy. */
  url: string;
  /** New connections go there from now on. */
  aim(url: string): void;
  /** Each piece comes so much later, in either direction. */
  delay(milliseconds: number): void;
  /** No more than so much passes over one connection, in either direction. */
  slow(bytesPerSecond: number): void;
  /** Nothing passes and nothing ends: half-open. */
  hang(): void;
  /** Everything passes at once again. Connections that hung are lost, as they are when a router comes back without its table. */
  clear(): void;
  /** Ends every connection with a reset; answers how many there were. */
  reset(): number;
  close(): Promise<void>;
};

type Weather = { delayMs: number; bytesPerSecond: number; hung: boolean };

/** One direction of a connection: pieces keep their order, whatever each of them waits for. */
class Lane {
  readonly #to: Socket;
  readonly #weather: Weather;
  #last = Promise.resolve();
  #waiting = 0;

  constructor(to: Socket, weather: Weather) {
    this.#to = to;
    this.#weather = weather;
  }

  pass(chunk: Buffer): void {
    const { delayMs, bytesPerSecond, hung } = this.#weather;
    if (hung) return;
    const passesMs = (chunk.length * 1_000) / bytesPerSecond;
    if (delayMs + passesMs === 0 && this.#waiting === 0) {
      this.#to.write(chunk);
      return;
    }
    this.#waiting += 1;
    const dueAt = performance.now() + delayMs;
    this.#last = this.#last.then(async () => {
      // Pieces pass one after the other, and are late side by side.
      await sleep(Math.max(0, dueAt - performance.now()) + passesMs);
      this.#waiting -= 1;
      if (!this.#to.destroyed && !this.#weather.hung) this.#to.write(chunk);
    });
  }
}

/** Stands before `target`, an address with a port; `tap` is asked for each connection. */
export async function startTcpProxy(target: string, tap?: (wire: Wire) => Tap): Promise<TcpProxy> {
  let aim = new URL(target);
  const weather: Weather = { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, hung: false };
  const wires = new Set<Wire>();

  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: Number(aim.port), host: aim.hostname, noDelay: true });
    const wire = { client, server };
    wires.add(wire);
    const seen = tap?.(wire);
    const [toServer, toClient] = [new Lane(server, weather), new Lane(client, weather)];
    for (const socket of [client, server]) socket.on("error", () => socket.destroy());
    client.on("data", (chunk) => {
      const passed = seen === undefined ? chunk : seen.toServer(chunk);
      if (passed !== null) toServer.pass(passed);
    });
    server.on("data", (chunk) => {
      const passed = seen === undefined ? chunk : seen.toClient(chunk);
      if (passed !== null) toClient.pass(passed);
    });
    client.once("close", () => {
      if (!seen?.keepsServer()) server.destroy();
    });
    server.once("close", () => {
      client.destroy();
      wires.delete(wire);
    });
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  const reset = () => {
    const open = [...wires];
    for (const { client, server } of open) {
      client.resetAndDestroy();
      server.destroy();
    }
    return open.length;
  };
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String((listener.address() as AddressInfo).port);
  return {
    url: url.href,
    aim: (to) => {
      aim = new URL(to);
    },
    delay: (milliseconds) => {
      weather.delayMs = milliseconds;
    },
    slow: (bytesPerSecond) => {
      weather.bytesPerSecond = bytesPerSecond;
    },
    hang: () => {
      weather.hung = true;
    },
    clear: () => {
      const wasHung = weather.hung;
      Object.assign(weather, { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, hung: false });
      if (wasHung) reset();
    },
    reset,
    close: async () => {
      for (const { client, server } of wires) {
        client.destroy();
        server.destroy();
      }
      listener.close();
      await once(listener, "close");
    },
  };
}
