/** Orders that are queued or in a flying batch: a return that comes right behind its order finds the member here. */
export class PlacingOrders {
  readonly #members = new Map<string, { memberId: string; count: number }>();

  memberOf(programId: number, orderId: string): string | undefined {
    return this.#members.get(`${programId} ${orderId}`)?.memberId;
  }

  /** Answers what forgets it again. */
  remember(programId: number, orderId: string, memberId: string): () => void {
    const key = `${programId} ${orderId}`;
    const placing = this.#members.get(key) ?? { memberId, count: 0 };
    placing.count += 1;
    this.#members.set(key, placing);
    return () => {
      placing.count -= 1;
      if (placing.count === 0) this.#members.delete(key);
    };
  }
}
