/** An answer that carries its JSON. */
export abstract class Written {
  abstract get text(): string;
}

/** The JSON of a value, whether or not it carries it. */
export const writtenOf = (value: unknown): string => (value instanceof Written ? value.text : JSON.stringify(value));
