import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

type Violation = { rule: { name: string }; from: string; to: string };
type Cruise = { summary: { violations: Violation[]; totalCruised: number } };

test("imports run one way, without cycles, and pure files import no I/O", { timeout: 60_000 }, async () => {
  const options = ["src", "--config", ".dependency-cruiser.cjs", "--output-type", "json"];
  const { stdout } = await promisify(execFile)(`${ROOT}node_modules/.bin/depcruise`, options, { cwd: ROOT, maxBuffer: 1 << 28 }).catch(
    (error: { stdout: string }) => error, // ends with 1 when there are violations: they are what is looked at
  );
  const { summary } = JSON.parse(stdout) as Cruise;

  expect(summary.totalCruised).toBeGreaterThan(100);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
});
