/** The other side did not answer in time. */
export class CutOff extends Error {
  override readonly name = "CutOff";
}

/**
 * The result of `work`, or CutOff after `ms`. Where this process itself was busy for so long, the answer may lie in the
 * socket already: the event loop reads once more before the other side is blamed.
 */
export function cutOffAfter<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new CutOff(`no answer within ${ms} ms`))), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
