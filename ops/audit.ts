import { spawnSync } from "node:child_process";

/**
 * Asks the registry for known weaknesses of what runs in production, and fails on one that is high or critical.
 *   npm run audit
 * A registry without advisories, or none that answers, is told and fails nothing: what it does not say nobody can check.
 */
type Answer = { message?: string; error?: { summary?: string }; metadata?: { vulnerabilities: Record<string, number> } };

const { stdout } = spawnSync("npm", ["audit", "--omit", "dev", "--json"], { encoding: "utf8", timeout: 60_000 });
const answer = JSON.parse(stdout || "{}") as Answer;
const found = answer.metadata?.vulnerabilities;

if (found === undefined) {
  console.log(`not checked: ${answer.error?.summary || answer.message || "the registry does not answer"}`);
} else {
  console.log(`known weaknesses: ${JSON.stringify(found)}`);
  if ((found.high ?? 0) + (found.critical ?? 0) > 0) process.exitCode = 1;
}
