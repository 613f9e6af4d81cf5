import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, ConfigError } from "./config.ts";

const FILE = "root-key";

export type RootKey = {
  key: string;
  /** The file that was just made for it; absent when the key was there before. */
  madeIn?: string;
};

/**
 * The operator's key: LOYALTY_ROOT_KEY, else the one kept in `DATA_DIR/root-key`, which is made at the first start and readable by
 * its owner only.
 * Errors: ConfigError when the file holds no key.
 */
export async function readOrMakeRootKey({ LOYALTY_ROOT_KEY, DATA_DIR }: Pick<Config, "LOYALTY_ROOT_KEY" | "DATA_DIR">): Promise<RootKey> {
  if (LOYALTY_ROOT_KEY !== undefined) return { key: LOYALTY_ROOT_KEY };
  const file = join(DATA_DIR, FILE);
  const kept = await readKept(file);
  if (kept !== undefined) return { key: kept };

  await mkdir(DATA_DIR, { recursive: true });
  const key = `loy_root_${randomBytes(32).toString("base64url")}`;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${key}\n`, { mode: 0o600 });
  try {
    await link(draft, file); // whole, and never over another one
    return { key, madeIn: file };
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === "EEXIST" ? await readKept(file) : undefined;
    if (other === undefined) throw error;
    return { key: other };
  } finally {
    await rm(draft, { force: true });
  }
}

async function readKept(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = text.trim();
  if (key.length < 24) throw new ConfigError(`${file} holds no root key: remove it to have a new one made, or set LOYALTY_ROOT_KEY`);
  return key;
}
