/** As far as it is needed of what Stryker says of a mutant. */
export type Mutant = {
  fileName: string;
  mutatorName: string;
  replacement?: string;
  location: { start: { line: number; column: number } };
  status: string;
  static?: boolean;
};

/**
 * `found`: of 100 mutants that could run, how many made a test fail or never end. One that no test reaches is not found. Those that are
 * `ignored` are not made at all.
 */
export type Score = {
  mutants: number;
  killed: number;
  timeout: number;
  survived: number;
  uncovered: number;
  ignored: number;
  broken: number;
  found: number;
};

export function scoreOf(mutants: readonly Mutant[]): Score {
  const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
  const ignored = count("Ignored");
  const [killed, timeout, survived, uncovered] = [count("Killed"), count("Timeout"), count("Survived"), count("NoCoverage")];
  const ran = killed + timeout + survived + uncovered;
  return {
    mutants: mutants.length - ignored,
    killed,
    timeout,
    survived,
    uncovered,
    ignored,
    broken: mutants.length - ignored - ran,
    found: ran === 0 ? 0 : (100 * (killed + timeout)) / ran,
  };
}

/** Mutants that no test has found, each as `file:line:column mutator → what it was changed to`. */
export function survivors(mutants: readonly Mutant[], root: string): string[] {
  return mutants
    .filter(({ status }) => status === "Survived" || status === "NoCoverage")
    .map(({ fileName, mutatorName, replacement = "", location: { start }, status }) => {
      const place = `${fileName.replace(root, "")}:${start.line}:${start.column}`;
      return `${place} ${mutatorName} → ${replacement.replaceAll(/\s+/g, " ").slice(0, 100)}${status === "NoCoverage" ? " (no test)" : ""}`;
    });
}
