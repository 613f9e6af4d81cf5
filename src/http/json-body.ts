import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { refuseField } from "../core/errors.ts";
import { parseJson } from "./parse-json.ts";

/** The only kind of body that a route takes unless it adds a parser of its own. An empty one is no body: the schema says whether that will do. */
export function takeJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, readJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw refuseField("malformed_json", "", "The body is not UTF-8");
  return parseJson(body.toString("utf8"));
}
