import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { FastifyRequest } from "fastify";
import { LoyaltyError } from "../core/errors.ts";

/**
 * The bytes of a body as a stream, unpacked where it is sent with `Content-Encoding: gzip`: a parser of content types. A packed body
 * that is broken is an error of the stream. Errors: media_type_unsupported for another encoding.
 */
export async function unpacked(request: FastifyRequest, payload: Readable): Promise<Readable> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return payload;
  if (encoding !== "gzip") throw new LoyaltyError("media_type_unsupported", { contentEncoding: encoding });
  const bytes = pipeline(payload, createGunzip(), () => undefined);
  // The error reaches whoever reads, also one who begins later. Until then it must not be an error that nobody listens to.
  bytes.on("error", () => undefined);
  return bytes;
}
