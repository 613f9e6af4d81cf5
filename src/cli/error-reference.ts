import { ERROR_CATALOGUE } from "../core/errors.ts";

const INTRODUCTION = `# Error codes

<!-- Written by \`npm run openapi\` from src/core/errors.ts. -->

Every refusal is \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, \`errors\` (what is wrong with the
input, field by field, with a pointer), \`details\` (the facts of the refusal) and \`requestId\`. Codes are part of the API and are never
renamed; new ones may be added. The running service shows the same list at \`/docs/errors\`.

| Status | Code | Meaning |
|---|---|---|
`;

/** The page docs/errors.md, from the catalogue. */
export function errorReference(): string {
  const rows = Object.entries(ERROR_CATALOGUE).map(([code, { status, title }]) => `| ${status} | \`${code}\` | ${title} |\n`);
  return INTRODUCTION + rows.join("");
}
