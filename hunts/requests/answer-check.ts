import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { ApiOperation } from "../../test/contract/api-document.ts";

export type Answer = { status: number; type: string; text: string };

const PROBLEM = "application/problem+json";
/** The router's own, where a hostile path names no operation. */
const UNROUTED = new Set([400, 404, 405, 414]);
/** Not being ready is no error. */
const READINESS = "getReadiness";
const DOCUMENT = "openapi";

const pointerTo = (...keys: string[]): string => keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Holds answers against the OpenAPI document: status, content type, every field, and the codes of problems. */
export class AnswerCheck {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: object) {
    this.#ajv.addSchema(document, DOCUMENT);
  }

  /** What of the answer is not as documented. */
  flawOf({ id, method, path, object, codes }: ApiOperation, { status, type, text }: Answer, isHostile: boolean): string | undefined {
    if (status >= 500 && id !== READINESS) return `answered with ${status}: ${text.slice(0, 300)}`;
    if (isHostile && UNROUTED.has(status) && type === PROBLEM) return undefined;
    const documented = object.responses[status];
    if (documented === undefined) return `${status} is not documented: ${text.slice(0, 300)}`;
    const contents = documented.content ?? {};
    if (Object.keys(contents).length === 0) return text === "" ? undefined : `${status} has a body that is not documented`;
    if (contents[type] === undefined) return `${status} as ${type} is not documented`;
    if (!type.endsWith("json")) return undefined;
    const parts = type === "application/x-ndjson" ? text.split("\n").filter((line) => line !== "") : [text];
    const values = parts.map((part) => JSON.parse(part) as { code?: string });
    const code = values[0]?.code ?? "";
    if (type === PROBLEM && !codes.some((each) => each === code)) return `${status} with ${code} is not documented`;
    const validate = this.#validator(
      pointerTo("paths", path, method.toLowerCase(), "responses", String(status), "content", type, "schema"),
    );
    const wrong = values.find((value) => !validate(value));
    return wrong === undefined
      ? undefined
      : `${status}: ${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(wrong).slice(0, 300)}`;
  }

  #validator(pointer: string): ValidateFunction {
    let validate = this.#validators.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `${DOCUMENT}#${encodeURI(pointer)}` });
      this.#validators.set(pointer, validate);
    }
    return validate;
  }
}
