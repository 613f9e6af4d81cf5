import type { InputProblem } from "../core/errors.ts";
import type { CapDefinition } from "../rules/limits/limit-definition.ts";
import type { ProgramDefinition } from "./definition.ts";
import type { EventDefinition } from "./event-definition.ts";
import type { RuleDefinition } from "./rule-definition.ts";

/** Types of values that are told apart as they are. */
const COUNTED_TYPES: readonly unknown[] = ["string", "integer"];

/** Whether each event of a type has a text or a whole number in a field, by what its schema says at its top. */
function requiresValue({ schema }: EventDefinition, field: string): boolean {
  const { required, properties } = schema ?? {};
  if (!Array.isArray(required) || !required.includes(field)) return false;
  if (typeof properties !== "object" || properties === null || Array.isArray(properties) || !Object.hasOwn(properties, field)) return false;
  const property = properties[field];
  return typeof property === "object" && property !== null && !Array.isArray(property) && COUNTED_TYPES.includes(property.type);
}

/** A cap that counts apart by a field which no event has, or some may lack. */
export function* problemsOfEach(
  { on }: RuleDefinition,
  { each, for: scope }: CapDefinition,
  events: ProgramDefinition["events"],
  pointer: string,
): Generator<InputProblem> {
  if (each === undefined) return;
  if (typeof on !== "string") {
    yield { pointer, code: "each_without_event", detail: "only a rule on an event has data that it could count by" };
    return;
  }
  if (scope === "order") yield { pointer, code: "each_of_order", detail: "a cap for an order keeps no count" };
  const event = events?.find(({ type }) => type === on);
  if (event === undefined || requiresValue(event, each)) return;
  const detail = `the schema of "${on}" does not require a field "${each}" with the type "string" or "integer"`;
  yield { pointer, code: "each_not_required", detail };
}
