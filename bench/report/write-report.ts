import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { charts, markdownReport, type Report } from "./markdown.ts";

/** Writes `benchmarks.json`, `benchmarks.md` and its pictures into a folder; pictures of a former report go. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) if (/^benchmarks-.+\.svg$/.test(name)) await rm(join(folder, name));
  await writeFile(join(folder, "benchmarks.json"), `${JSON.stringify(report.entries, null, 2)}\n`);
  await writeFile(join(folder, "benchmarks.md"), markdownReport(report));
  for (const [name, picture] of charts(report)) await writeFile(join(folder, name), picture);
}
