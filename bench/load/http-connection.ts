import { connect, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";

export type Answer = { status: number; body: string };
type Waiting = { resolve(answer: Answer): void; reject(error: Error): void };

/**
 * One HTTP connection that is kept, for one request at a time. It understands what the servers of the benchmark send, answers with a
 * content-length, and costs far less than what it measures. Errors: anything else, and a connection that ends.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #parts: Buffer[] = [];
  #length = 0;
  /** Bytes that the answer has in all; 0 until its head is there. */
  #expected = 0;
  #status = 0;
  #bodyAt = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the connection was closed")));
  }

  static open(url: URL): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.off("error", reject);
        resolve(new HttpConnection(socket));
      });
      socket.once("error", reject);
    });
  }

  send(request: string): Promise<Answer> {
    if (this.#waiting !== undefined) throw new Error("one request at a time");
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#length += chunk.length;
    if (this.#expected === 0) this.#readHead();
    if (this.#expected === 0 || this.#length < this.#expected) return;
    const waiting = this.#waiting;
    if (waiting === undefined || this.#length > this.#expected) {
      this.#fail(new Error("an answer that nobody asked for"));
      return;
    }
    const body = Buffer.concat(this.#parts).toString("utf8", this.#bodyAt);
    this.#waiting = undefined;
    this.#parts = [];
    this.#length = 0;
    this.#expected = 0;
    waiting.resolve({ status: this.#status, body });
  }

  #readHead(): void {
    const text = Buffer.concat(this.#parts).toString("latin1");
    const end = text.indexOf(HEAD_END);
    if (end === -1) return;
    const head = text.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#fail(new Error(`an answer without a content-length: ${head.slice(0, 200)}`));
      return;
    }
    this.#status = Number(head.slice(9, 12));
    this.#bodyAt = end + HEAD_END.length;
    this.#expected = this.#bodyAt + Number(length);
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#socket.destroy();
  }
}
