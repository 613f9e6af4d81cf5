/** Questions to another process that wait for their answers. */
export class Answers<Answer> {
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #asked = 0;

  /** Sends a question with its number. Undefined where no answer comes within `limitMs`. */
  ask(send: (ask: number) => void, limitMs: number): Promise<Answer | undefined> {
    this.#asked += 1;
    const ask = this.#asked;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.settle(ask, undefined), limitMs);
      this.#waiting.set(ask, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      send(ask);
    });
  }

  /** An answer that comes too late is passed over. */
  settle(ask: number, answer: Answer | undefined): void {
    this.#waiting.get(ask)?.(answer);
    this.#waiting.delete(ask);
  }
}
