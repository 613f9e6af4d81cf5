import { ERROR_CATALOGUE } from "../core/errors.ts";

/** A page with one section a code: where `type` of a problem leads. The catalogue holds no character that HTML would read. */
export function errorDocs(): string {
  const sections = Object.entries(ERROR_CATALOGUE).map(
    ([code, { status, title }]) => `<section id="${code}"><h2><code>${code}</code></h2><p>${status}. ${title}.</p></section>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Error codes</title></head>
<body>
<h1>Error codes</h1>
<p>Every refusal is <code>application/problem+json</code> with one of these codes.</p>
${sections.join("\n")}
</body>
</html>
`;
}
