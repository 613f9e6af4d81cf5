import type { InputProblem } from "../core/errors.ts";
import { needsOrder } from "../rules/effects/action.ts";
import { actionOf } from "../rules/effects/index.ts";
import type { ProgramDefinition } from "./definition.ts";
import { eventSchemaProblems } from "./event-data/event-data.ts";
import { sizeOf } from "./event-data/schema-size.ts";

/** Schemas of all events together: each takes up to a millisecond to compile. */
const SUBSCHEMAS_MAX = 600;

/** Schemas of events that cannot be used, and rules on events that there are not, or on events and days that only an order can have. */
export function* eventProblems({ events = [], rules }: Pick<ProgramDefinition, "events" | "rules">): Generator<InputProblem> {
  yield* schemaProblems(events);
  const known = new Set(events.map(({ type }) => type));
  for (const [index, { on, lines, effects }] of rules.entries()) {
    if (on === undefined) continue;
    if (typeof on === "string" && !known.has(on)) {
      yield { pointer: `/rules/${index}/on`, code: "unknown_event", detail: `the program has no event "${on}"` };
    }
    if (lines !== undefined) {
      yield { pointer: `/rules/${index}/lines`, code: "event_has_no_lines", detail: "a rule with `on` looks at no order" };
    }
    for (const [at, effect] of effects.entries()) {
      if (!needsOrder(actionOf(effect))) continue;
      yield {
        pointer: `/rules/${index}/effects/${at}/kind`,
        code: "effect_needs_order",
        detail: `${effect.kind} works on orders, not on events and days`,
      };
    }
  }
}

function* schemaProblems(events: NonNullable<ProgramDefinition["events"]>): Generator<InputProblem> {
  let subschemas = 0;
  for (const [index, event] of events.entries()) {
    const pointer = `/events/${index}/schema`;
    const problems = eventSchemaProblems(event, pointer);
    yield* problems;
    if (event.schema === undefined || problems.length > 0) continue;
    subschemas += sizeOf(event.schema).subschemas;
    if (subschemas > SUBSCHEMAS_MAX) {
      yield { pointer, code: "too_complex", detail: `at most ${SUBSCHEMAS_MAX} schemas in those of all events together` };
      return;
    }
  }
}
