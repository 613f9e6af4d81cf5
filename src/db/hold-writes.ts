import type { Writable } from "node:stream";

const held = new WeakSet<Writable>();

/**
 * Holds back what is written to a stream until this turn of the event loop is over, so that it goes out with one system call: the messages of
 * a group of statements, and of the `commit` behind it. Each by itself cost a write here and a wake-up on the other side, two for each
 * statement. (Not by a socket with a `write` of its own: `connect` puts Node's back.)
 */
export function holdWrites(stream: Writable): void {
  if (held.has(stream)) return;
  held.add(stream);
  stream.cork();
  process.nextTick(() => {
    held.delete(stream);
    stream.uncork();
  });
}
