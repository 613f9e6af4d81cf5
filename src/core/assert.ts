/** A broken assertion is a defect of this program, never a fault of a caller: it becomes a 500 and an ERROR line. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}

/** Stops at once when something that must hold does not. `statement` says what should have been true. */
export function assert(condition: unknown, statement: string): asserts condition {
  if (!condition) throw new AssertionFailed(statement);
}
