import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A fenced block of a page in `docs/`: what it is written in, and the line on which its text begins. */
export type GuideBlock = { language: string; line: number; text: string };

const guidePage = (page: string): string => readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");

/** The names in the first cells of a page's tables. */
export function namesInTables(page: string): ReadonlySet<string> {
  const cells = [...guidePage(page).matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell = ""]) => cell);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`([a-z]\w*)/gi)].map(([, name = ""]) => name)));
}

/** Whether pages speak of a field: its name stands in code somewhere in them. */
export function guideNames(field: string, ...pages: string[]): boolean {
  return pages.some((page) => new RegExp(`\`[^\`\n]*\\b${field}\\b[^\`\n]*\``).test(guidePage(page)));
}

/** The fenced blocks of a page, in its order. */
export function guideBlocks(page: string): GuideBlock[] {
  const markdown = guidePage(page);
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = "", 2: text = "", index }) => ({
    language,
    line: markdown.slice(0, index).split("\n").length + 1,
    text,
  }));
}

export type GuideExample = { place: string; shown: Record<string, unknown> };

/** The YAML blocks of pages: parts of a program's file, each with its page and line. */
export function guideExamples(...pages: string[]): GuideExample[] {
  return pages.flatMap((page) =>
    guideBlocks(page)
      .filter(({ language }) => language === "yaml")
      .map(({ line, text }) => ({ place: `${page}:${line}`, shown: parse(text) })),
  );
}
