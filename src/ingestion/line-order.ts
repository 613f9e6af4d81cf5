import type { ImportLine } from "../imports/schemas.ts";

/** Members and orders that a line is about, in one program. A line of an order may leave out its member. */
export function subjectsOf(line: ImportLine): string[] {
  const member = line.type === "member" ? line.id : "memberId" in line ? line.memberId : undefined;
  const order = line.type === "order" ? line.id : "orderId" in line ? line.orderId : undefined;
  return [...(member === undefined ? [] : [`member ${member}`]), ...(order === undefined ? [] : [`order ${order}`])];
}

/**
 * Lets lines be worked on side by side but for those of one member or order: each of these waits for the one before it. Where that one
 * failed with what passes, they fail with it untried, so that none takes effect before it does.
 */
export class LineOrder {
  readonly #passes: (error: unknown) => boolean;
  readonly #last = new Map<string, Promise<void>>();

  /** `passes` tells of an error whether the same line may do its work later. */
  constructor(passes: (error: unknown) => boolean) {
    this.#passes = passes;
  }

  /** Calls come in the order of the lines. */
  after<Result>(subjects: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const own = Promise.all(subjects.map((subject) => this.#last.get(subject))).then(work);
    const end = own.then(
      () => undefined,
      (error: unknown) => {
        if (this.#passes(error)) throw error;
      },
    );
    // Who asks for the line hears of it; here it is only waited for, or nobody does.
    end.catch(() => undefined);
    for (const subject of subjects) this.#last.set(subject, end);
    return own;
  }
}
