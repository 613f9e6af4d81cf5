import { readFile, writeFile } from "node:fs/promises";

/**
 * Writes docs/dependencies.md: what is installed to run the service, under which licence, and whose install scripts run.
 *   npm run dependencies -- [--check]
 * `--check` writes nothing and fails where the page is not what would be written. Either fails where a licence is not in ALLOWED, or
 * a package has an install script and `allowScripts` in package.json does not say whether it runs.
 */
const ROOT = new URL("../", import.meta.url);
const PAGE = "docs/dependencies.md";
/** Licences that ask for nothing but their text to be kept, and one that asks for nothing at all. */
const ALLOWED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "Unlicense"];

type Installed = { version: string; license?: string; dev?: boolean; optional?: boolean; hasInstallScript?: boolean };
type Package = Installed & { name: string };

const { packages } = await readJson<{ packages: Record<string, Installed> }>("package-lock.json");
const { allowScripts } = await readJson<{ allowScripts: Record<string, boolean> }>("package.json");
const installed = Object.entries(packages)
  .filter(([path]) => path !== "")
  .map(([path, entry]): Package => ({ ...entry, name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length) }))
  .toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));

const inProduction = installed.filter(({ dev }) => !dev);
const withScripts = installed.filter(({ hasInstallScript }) => hasInstallScript);
const problems = [
  ...inProduction
    .filter(({ license }) => !ALLOWED.includes(license ?? ""))
    .map(({ name, license }) => `${name} is under ${license ?? "no licence that it names"}: it is not one of ${ALLOWED.join(", ")}`),
  ...withScripts
    .filter(({ name }) => !(name in allowScripts))
    .map(({ name }) => `${name} has an install script: say in allowScripts of package.json whether it runs`),
];

const page = `# Dependencies

Written by \`npm run dependencies\` from the lock file; CI fails where it is not current. \`npm run sbom\` prints the same as CycloneDX.

## Install scripts
${table(
  ["package", "runs", "for"],
  withScripts.map(({ name, dev }) => [name, allowScripts[name] ? "yes" : "no", dev ? "development" : "the embedded Postgres"]),
)}

## In production
${table(
  ["package", "version", "licence"],
  inProduction.map(({ name, version, license = "", optional }) => [optional ? `${name} (optional)` : name, version, license]),
)}
`;

if (!process.argv.includes("--check")) await writeFile(new URL(PAGE, ROOT), page);
else if ((await readFile(new URL(PAGE, ROOT), "utf8")) !== page) problems.push(`${PAGE} is stale: run \`npm run dependencies\``);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${inProduction.length} packages in production, ${withScripts.length} with an install script: all as they may be`);

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(new URL(file, ROOT), "utf8")) as T;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
