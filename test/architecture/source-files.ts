import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export type SourceFile = { path: string; text: string };

/** Every file under a folder of the project whose name ends with `ending`; paths start at the project's root. */
export async function sourceFiles(folder: string, ending: string): Promise<SourceFile[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  const paths = names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
  return Promise.all(paths.sort().map(async (path) => ({ path, text: await readFile(join(ROOT, path), "utf8") })));
}

type CruiserConfig = { forbidden: { name: string; from: { path?: string | string[] } }[] };

/** What the import rules call pure: told in one place, .dependency-cruiser.cjs. */
export function isPure(path: string): boolean {
  const { forbidden } = createRequire(import.meta.url)(`${ROOT}.dependency-cruiser.cjs`) as CruiserConfig;
  const patterns = forbidden.find(({ name }) => name === "no-io-in-pure-files")?.from.path ?? [];
  return [patterns].flat().some((pattern) => new RegExp(pattern).test(path));
}
