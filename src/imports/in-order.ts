/**
 * Starts a task for each item and gives the answers in the order of the items. At most `window` answers are under way
 * or wait to be taken, so a slow reader slows the source down; an answer that is ready does not wait for the next item.
 *
 * Needs: tasks that never reject. Whoever stops reading stops the source; what was started runs on unheard.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  start: (item: Item) => Promise<Result>,
  window: number,
): AsyncGenerator<Result> {
  const source = items[Symbol.asyncIterator]();
  const started: Promise<Result>[] = [];
  let coming: Promise<IteratorResult<Item>> | undefined = source.next();
  try {
    while (coming !== undefined || started.length > 0) {
      const [oldest] = started;
      const mayStart = coming !== undefined && started.length < window;
      const isAnswered = oldest !== undefined && (!mayStart || (await first(coming, oldest)) === "second");
      if (isAnswered) {
        started.shift();
        yield await oldest;
        continue;
      }
      const next: IteratorResult<Item> | undefined = await coming;
      if (next === undefined || next.done) {
        coming = undefined;
        continue;
      }
      started.push(start(next.value));
      coming = source.next();
    }
  } finally {
    await source.return?.();
  }
}

/** Which of two promises settles first; the first one when both have. */
function first(one: Promise<unknown> | undefined, other: Promise<unknown>): Promise<"first" | "second"> {
  return Promise.race([Promise.resolve(one).then(() => "first" as const), other.then(() => "second" as const)]);
}
