/**
 * A map of plain objects that can be changed and then kept or dropped as a whole: changes are made on copies in a
 * layer above `base`, so that a refused command leaves no trace and an accepted one costs what it touched.
 */
export class Overlay<Key, Value extends object> {
  readonly #base: Map<Key, Value>;
  readonly #changed = new Map<Key, Value>();

  constructor(base: Map<Key, Value>) {
    this.#base = base;
  }

  /** For reading only: change what `edit` gives. */
  get(key: Key): Readonly<Value> | undefined {
    return this.#changed.get(key) ?? this.#base.get(key);
  }

  /** A copy of the value that may be changed, or undefined when there is none. */
  edit(key: Key): Value | undefined {
    const changed = this.#changed.get(key);
    if (changed !== undefined) return changed;
    const value = this.#base.get(key);
    if (value === undefined) return undefined;
    const copy = { ...value };
    this.#changed.set(key, copy);
    return copy;
  }

  set(key: Key, value: Value): Value {
    this.#changed.set(key, value);
    return value;
  }

  *entries(): IterableIterator<[Key, Readonly<Value>]> {
    for (const [key, value] of this.#base) if (!this.#changed.has(key)) yield [key, value];
    yield* this.#changed;
  }

  *values(): IterableIterator<Readonly<Value>> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Keys of what `edit` and `set` gave. */
  changedKeys(): IterableIterator<Key> {
    return this.#changed.keys();
  }

  /** Writes the changes into the base. The overlay must not be used afterwards. */
  keep(): void {
    for (const [key, value] of this.#changed) this.#base.set(key, value);
  }
}
