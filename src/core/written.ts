const texts = new WeakMap<object, string>();

/** The JSON of a value that is answered again and again, made once. The value must not change any more. */
export function writtenOnce(value: object): string {
  const kept = texts.get(value);
  if (kept !== undefined) return kept;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}

/** The value was read from this JSON. */
export function keepWritten(value: object, text: string): void {
  texts.set(value, text);
}

/** The JSON of a value, whether or not it was made before. */
export const writtenOf = (value: unknown): string =>
  (typeof value === "object" && value !== null ? texts.get(value) : undefined) ?? JSON.stringify(value);
