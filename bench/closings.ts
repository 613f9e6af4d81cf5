/** All that a benchmark has opened, closed in the opposite order. */
export class Closings {
  readonly #closings: (() => Promise<unknown>)[] = [];

  add(closing: () => Promise<unknown>): void {
    this.#closings.push(closing);
  }

  /** Stops the part at the end. */
  opened<Part extends { stop(): Promise<unknown> }>(part: Part): Part {
    this.add(() => part.stop());
    return part;
  }

  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).reverse()) await close();
  }
}
