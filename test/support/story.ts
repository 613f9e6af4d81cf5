import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestService } from "./service.ts";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A shell block of a page, and the part of an answer that the page shows below it: of the block's last answer. */
export type Scene = { shell: string; shows?: Record<string, unknown>; answers: Record<string, unknown>[]; stdout: string };

const NEXT_SCENE = "=== next scene ===";

/** The shell blocks of a page in their order, each with the JSON block that follows it before the next. */
export async function readScenes(page: string): Promise<Omit<Scene, "answers" | "stdout">[]> {
  const markdown = await readFile(join(ROOT, page), "utf8");
  const scenes: Omit<Scene, "answers" | "stdout">[] = [];
  for (const [, language, text = ""] of markdown.matchAll(/^```(sh|json)\n([\s\S]*?)^```$/gm)) {
    const last = scenes.at(-1);
    if (language === "sh") scenes.push({ shell: text });
    else if (last?.shows === undefined && last !== undefined) last.shows = JSON.parse(text);
    else throw new Error(`${page} shows an answer to nothing: ${text}`);
  }
  return scenes;
}

/** What the pages call the command line by, and what npm starts for it. */
const COMMAND = /npm run --silent loyalty --(?= )/g;
const ITS_PROGRAM = `'${process.execPath}' src/cli.ts`;

/**
 * Runs the shell blocks of a page as one script, as a reader would, against a service that listens elsewhere. Without npm each command is
 * started as npm would start it.
 */
export async function playScenes(
  page: string,
  loyalty: Pick<TestService, "listen" | "rootKey">,
  { hasNpm = false } = {},
): Promise<Scene[]> {
  const scenes = await readScenes(page);
  const url = await loyalty.listen();
  const told = scenes.map(({ shell }) => shell).join(`echo '${NEXT_SCENE}'\n`);
  const script = (hasNpm ? told : told.replaceAll(COMMAND, ITS_PROGRAM)).replaceAll("http://127.0.0.1:3000", url);
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const home = await mkdtemp(join(tmpdir(), "loyalty-story-"));
  try {
    await writeFile(join(home, "root-key"), `${loyalty.rootKey}\n`);
    const { stdout } = await promisify(execFile)("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd: ROOT,
      env: { PATH, NODE_COMPILE_CACHE, HOME: home, DATA_DIR: home },
    });
    const parts = stdout.split(`${NEXT_SCENE}\n`);
    return scenes.map((scene, index) => ({ ...scene, stdout: parts[index] ?? "", answers: answersIn(parts[index] ?? "") }));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const answersIn = (stdout: string): Record<string, unknown>[] =>
  stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
